import assert from "node:assert/strict";
import { mountOf, networkMountsBelow } from "./mounts.ts";

const table = `22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw
30 22 0:40 / /mnt/music rw,relatime shared:5 - nfs4 nas:/music rw,vers=4.2
31 22 0:41 / /mnt/my\\040music ro,relatime - ext4 /dev/sdb1 rw
32 22 0:42 / /mnt/usb rw - vfat /dev/sdc1 ro
33 22 0:43 / /mnt/disks rw - fuse.mergerfs a:b rw
`;

Deno.test("the closest mount decides", () => {
  const cases: [string, { readOnly: boolean; network: boolean }][] = [
    ["/srv/music", { readOnly: false, network: false }],
    ["/mnt/music/Jazz", { readOnly: false, network: true }],
    ["/mnt/music", { readOnly: false, network: true }],
    ["/mnt/musical", { readOnly: false, network: false }],
    ["/mnt/my music/Jazz", { readOnly: true, network: false }],
    ["/mnt/usb", { readOnly: true, network: false }],
    ["/mnt/disks/a", { readOnly: false, network: true }],
  ];
  for (const [path, expected] of cases) assert.deepEqual(mountOf(path, table), expected, path);
});

Deno.test("a system without such a table says nothing", () => {
  assert.deepEqual(mountOf("/music", ""), { readOnly: false, network: false });
});

Deno.test("network folders below a local one are found", () => {
  assert.deepEqual(networkMountsBelow("/mnt", table), ["/mnt/music", "/mnt/disks"]);
  assert.deepEqual(networkMountsBelow("/mnt/music", table), []);
});
