/** Signs in as a form without JavaScript would, and returns the cookie header for further requests. */
export async function signIn(url: string, username: string, password: string): Promise<string> {
  const response = await fetch(`${url}/login`, {
    method: "POST",
    body: new URLSearchParams({ username, password, remember: "true" }),
    headers: { origin: url },
    redirect: "manual",
  });
  await response.body?.cancel();
  const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(";")[0]);
  if (response.status !== 303 || cookies.length === 0) {
    throw new Error(`Signing in answered ${response.status}`);
  }
  return cookies.join("; ");
}
