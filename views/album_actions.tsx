import type { ComponentChildren } from "preact";
import type { AlbumDetail } from "../db/albums.ts";
import { Button, Form } from "./form.tsx";
import { Icon } from "./icon.tsx";
import { type AlbumLidarr, GetWithLidarr } from "./lidarr.tsx";

/** Where the answer to an action on the album goes: the page's article or the drawer. */
export type SwapInto = { "hx-target": "#album" | "#drawer"; "hx-swap": "outerMorph" | "innerMorph" };

type ActionsProps = { album: AlbumDetail; lidarr?: AlbumLidarr; into: SwapInto };

/** What can be decided now. At most one is the way on, and green. */
export function AlbumActions({ album, lidarr, into }: ActionsProps) {
  const { id, ownershipStatus, ignoredAt, wantedAt, ownershipLocked } = album;
  const terse = into["hx-target"] === "#drawer";
  if (ignoredAt) {
    return (
      <Row>
        <Decide path={`/albums/${id}/ignored`} name="ignored" value="false" into={into}>
          <Button tone="primary" icon="eye" keys="i" terse={terse}>Stop ignoring</Button>
        </Decide>
      </Row>
    );
  }
  return (
    <Row>
      {ownershipStatus !== "owned" && !wantedAt && (
        <Decide path={`/albums/${id}/wanted`} name="wanted" value="true" into={into}>
          <Button tone="primary" icon="bookmark" keys="w" terse={terse} class="max-sm:w-full">Want</Button>
        </Decide>
      )}
      {ownershipStatus === "owned"
        ? (
          <Decide path={`/albums/${id}/ownership`} name="ownership_status" value="not_owned" into={into}>
            <Button icon="circle-dashed" keys="o" terse={terse} class="max-sm:w-full">Mark not owned</Button>
          </Decide>
        )
        : (
          <Decide path={`/albums/${id}/ownership`} name="ownership_status" value="owned" into={into}>
            <Button icon="circle-check" keys="o" terse={terse} class="max-sm:w-full">Mark owned</Button>
          </Decide>
        )}
      {ownershipStatus !== "owned" && lidarr && <GetWithLidarr albumId={id} lidarr={lidarr} into={into} />}
      {ownershipStatus !== "owned" && (
        <a
          class={`btn max-sm:flex-1 ${wantedAt ? "btn-primary" : "btn-plain"}`}
          href={bandcampAddress(album)}
          target="_blank"
          rel="noopener noreferrer"
        >
          <Icon name="shopping-bag" />Find on Bandcamp
        </a>
      )}
      {wantedAt && (
        <Decide path={`/albums/${id}/wanted`} name="wanted" value="false" into={into}>
          <Button tone="quiet" icon="bookmark-x" keys="w" terse={terse} class="max-sm:w-full">
            Do not want
          </Button>
        </Decide>
      )}
      {ownershipLocked && (
        <Decide path={`/albums/${id}/ownership`} name="ownership_status" value="automatic" into={into}>
          <Button tone="quiet" icon="folder-search" class="max-sm:w-full">Let the files decide</Button>
        </Decide>
      )}
      <Decide path={`/albums/${id}/ignored`} name="ignored" value="true" into={into}>
        <Button tone="quiet" icon="eye-off" keys="i" terse={terse} class="max-sm:w-full">Ignore</Button>
      </Decide>
    </Row>
  );
}

function Row({ children }: { children: ComponentChildren }) {
  return <div class="flex flex-wrap gap-2">{children}</div>;
}

function Decide(
  { path, name, value, into, children }: {
    path: string;
    name: string;
    value: string;
    into: SwapInto;
    children: ComponentChildren;
  },
) {
  return (
    <Form action={path} class="max-sm:flex-1" {...into}>
      <input type="hidden" name={name} value={value} />
      {children}
    </Form>
  );
}

type Sought = Pick<AlbumDetail, "artistCredit" | "title" | "externalIds">;

/** The album's page there when MusicBrainz knows it, else a search for the person to look through. */
export function bandcampAddress({ artistCredit, title, externalIds }: Sought): string {
  return externalIds.find(({ kind }) => kind === "bandcamp_url")?.value ??
    `https://bandcamp.com/search?q=${encodeURIComponent(`${artistCredit} ${title}`)}&item_type=a`;
}
