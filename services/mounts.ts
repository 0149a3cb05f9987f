/** The file system a path lies on. */
export type Mount = { readOnly: boolean; network: boolean };

// File systems whose changes by others the kernel is not told about.
const NETWORK =
  /^(nfs4?|cifs|smb3?|smbfs|9p|virtiofs|afs|ceph|glusterfs|fuse\.(sshfs|rclone|s3fs|glusterfs|mergerfs))$/;

/** Where a path is mounted from, by Linux' own table; other systems say nothing about it. */
export function mountOf(path: string, table = readTable()): Mount {
  const mounts = table.split("\n").map(parse).filter((mount) => mount !== undefined)
    .filter(({ point }) => path === point || path.startsWith(point === "/" ? "/" : `${point}/`));
  // The longest point is the closest one; of several on one point the last hides the others.
  const closest = mounts.reduce<Entry | undefined>(
    (best, mount) => best && best.point.length > mount.point.length ? best : mount,
    undefined,
  );
  return { readOnly: closest?.options.includes("ro") ?? false, network: NETWORK.test(closest?.type ?? "") };
}

/** Network file systems mounted somewhere below a folder. */
export function networkMountsBelow(folder: string, table = readTable()): string[] {
  const mounts = table.split("\n").map(parse).filter((mount) => mount !== undefined);
  return mounts.filter(({ point, type }) => point.startsWith(`${folder}/`) && NETWORK.test(type)).map((
    { point },
  ) => point);
}

type Entry = { point: string; type: string; options: string[] };

/** "36 35 98:0 /mnt1 /mnt/parent rw,noatime master:1 - ext3 /dev/root rw": see proc_pid_mountinfo(5). */
function parse(line: string): Entry | undefined {
  const [mount, source] = line.split(" - ");
  if (!source) return undefined;
  const [, , , , point, options] = mount.split(" ");
  const unescaped = point.replace(/\\(\d{3})/g, (_, octal) => String.fromCharCode(parseInt(octal, 8)));
  const [type, , superOptions = ""] = source.split(" ");
  return { point: unescaped, type, options: [...options.split(","), ...superOptions.split(",")] };
}

function readTable(): string {
  try {
    return Deno.readTextFileSync("/proc/self/mountinfo");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
