import type { HandOffPlan, PlannedAlbum, Refusal } from "../services/lidarr_handoff.ts";
import { Button, Form, LinkButton } from "./form.tsx";
import { Icon, type IconName } from "./icon.tsx";
import { Heading, Layout, Main } from "./layout.tsx";
import { useLink } from "./links.tsx";
import { Name } from "./text.tsx";
import { plural } from "./words.ts";

const MOST_SHOWN = 200;

const reasons: Record<Refusal, string> = {
  unmatched: "not matched yet",
  owned: "owned already",
  under_way: "on its way already",
  ignored: "ignored",
  various_artists: "by various artists, which Lidarr cannot add",
};

/** What handing the selected albums to Lidarr would do. Nothing has happened yet. */
export function LidarrPlanPage({ id, plan, isSetUp }: { id: string; plan: HandOffPlan; isSetUp: boolean }) {
  const asked = plan.add.length + plan.there.length;
  const unmatched = plan.refused.some(({ reason }) => reason === "unmatched");
  return (
    <Layout title="Get with Lidarr" back="/albums">
      <Main width="max-w-[860px]">
        <Heading
          title="Get with Lidarr"
          text="Exactly these albums, nothing else of their artists. Nothing has been changed yet."
        />
        {!isSetUp && (
          <p class="mt-4 flex gap-2 text-danger-ink" role="alert">
            <Icon name="circle-alert" class="mt-0.5 size-4" />
            <span>Lidarr is not set up. Name its address and key in the settings.</span>
          </p>
        )}
        <Group icon="plus" title={`${plural(plan.add.length, "album")} would be added`} albums={plan.add} />
        <Group
          icon="equal"
          title={`${plural(plan.there.length, "album")} Lidarr has already: it searches for ${
            plan.there.length === 1 ? "it" : "them"
          }`}
          albums={plan.there}
          note={(album) => album.monitored ? "monitored" : "would be monitored"}
        />
        <Group
          icon="circle-x"
          title={`${plural(plan.refused.length, "album")} cannot be handed over`}
          albums={plan.refused}
          note={(album) => reasons[album.reason]}
        />
        <div class="mt-6 flex flex-wrap items-center gap-2">
          {isSetUp && asked > 0 && (
            <Form action={`/lidarr/plans/${id}/apply`}>
              <Button tone="primary" icon="search">{`Get ${plural(asked, "album")}`}</Button>
            </Form>
          )}
          {!isSetUp && <LinkButton path="/settings#lidarr" icon="settings">Settings</LinkButton>}
          {unmatched && <LinkButton path="/inbox" icon="inbox">Match in the inbox</LinkButton>}
          <LinkButton path="/albums" tone="quiet">Leave it</LinkButton>
        </div>
      </Main>
    </Layout>
  );
}

function Group<Shown extends PlannedAlbum>(
  { icon, title, albums, note }: {
    icon: IconName;
    title: string;
    albums: readonly Shown[];
    note?: (album: Shown) => string;
  },
) {
  const link = useLink();
  if (albums.length === 0) return null;
  return (
    <section class="mt-6">
      <h2 class="flex items-center gap-2 text-base font-semibold num">
        <Icon name={icon} />
        {title}
      </h2>
      <ul class="panel rows mt-2">
        {albums.slice(0, MOST_SHOWN).map((album) => (
          <li class="flex flex-wrap items-baseline justify-between gap-x-4 px-4 py-2.5">
            <a class="min-w-0 wrap-anywhere hover:underline" href={link(`/albums/${album.id}`)}>
              <b class="font-medium">
                <Name>{album.title}</Name>
              </b>{" "}
              <span class="text-ink-2">
                <Name>{album.artistCredit}</Name>
              </span>
            </a>
            {note && <span class="text-xs text-ink-3">{note(album)}</span>}
          </li>
        ))}
        {albums.length > MOST_SHOWN && (
          <li class="px-4 py-2.5 text-ink-2 num">
            {`and ${plural(albums.length - MOST_SHOWN, "more album")}`}
          </li>
        )}
      </ul>
    </section>
  );
}
