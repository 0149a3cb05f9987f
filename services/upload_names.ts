import { fold } from "../db/normalise.ts";

// What Spotify calls the list in its languages, folded and closed up.
const LIKED_NAMES = [
  /^(?:my|your|spotify)?(?:liked|favou?rites?$|favou?rite(?:songs|tracks))/,
  /(?:liked|saved)(?:songs|tracks|music)/,
  /^(?:lieblingssongs|lieblingstitel|titreslikes|cancionesquetegustan|tusmegusta|branichetipiacciono)/,
  /^(?:musicascurtidas|musicasdequegostas|gelikete?nummers|nummersdiejeleukvindt|gilladelatar|likteapne|liktesanger)/,
  /^(?:polubioneutwory|oblibeneskladby|tykatytkappaleet|begenilensarkılar|begenilensarkilar|любимыетреки|вподобайки)/,
  /^(?:お気に入りの曲|已点赞的歌曲|已按讚的歌曲|좋아요표시한곡)/,
];

/** Whether a CSV of this name holds the liked songs and not a playlist. */
export function isLikedName(fileName: string): boolean {
  const name = fold(playlistName(fileName)).replace(/[^\p{L}\p{N}]/gu, "");
  return LIKED_NAMES.some((pattern) => pattern.test(name));
}

/** A list is named after its file; Exportify puts "_" for spaces, browsers number what they saved before. */
export function playlistName(fileName: string): string {
  const base = fileName.split(/[/\\]/).at(-1) ?? "";
  const name = base.replace(/\.(?:csv|tsv|txt)$/i, "").replace(/ ?\(\d+\)$/, "").replaceAll("_", " ").trim();
  return name.replaceAll("\0", "").slice(0, 500) || "Untitled";
}

const KINDS: [RegExp, string][] = [
  [/\.(?:jpe?g|png|heic|gif|webp|tiff?|dng|raw)$/i, "photos"],
  [/\.(?:mp3|flac|m4a|ogg|opus|wav|aiff?)$/i, "music files"],
  [/\.(?:mp4|mov|mkv|avi|webm)$/i, "videos"],
  [/\.(?:pdf|docx?|odt|txt|md)$/i, "documents"],
  [/\.zip$/i, "another ZIP"],
  [/\.json$/i, "other JSON files"],
];

/** In a word, what most of the files are. */
export function describeFiles(files: { baseName: string }[]): string {
  if (files.length === 0) return "nothing";
  const counts = new Map<string, number>();
  for (const { baseName } of files) {
    const kind = KINDS.find(([pattern]) => pattern.test(baseName))?.[1] ?? "other files";
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0][0];
}
