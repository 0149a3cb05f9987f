/** There is no database to work with; the message tells the person who runs the program why, and what helps. */
export class DatabaseUnavailableError extends Error {
  constructor(sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.name = "DatabaseUnavailableError";
  }
}
