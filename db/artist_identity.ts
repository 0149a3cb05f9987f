import { artistKey, sortName } from "./normalise.ts";
import type { Sql } from "./sql.ts";

/** An artist as a file or a service names one. */
export type NamedArtist = { name: string; spotifyId?: string | null };

/**
 * The id of each artist, in the order given; those not known are inserted. One Spotify id, one artist: an id
 * that is new goes to the artist of that name who has none. A name alone means the artist without an id, else
 * the one known longest. To be called under the catalogue's lock.
 */
export async function ensureArtists(tx: Sql, artists: NamedArtist[]): Promise<string[]> {
  if (artists.length === 0) return [];
  const names = artists.map((artist) => artist.name);
  const keys = names.map(artistKey);
  const sortNames = names.map(sortName);
  const spotifyIds = artists.map((artist) => artist.spotifyId ?? null);
  const named = tx`
    named as (
      select distinct on (key, spotify_id) key, name, sort_name, spotify_id
      from unnest(${keys}::text[], ${names}::text[], ${sortNames}::text[], ${spotifyIds}::text[])
        with ordinality as named (key, name, sort_name, spotify_id, n)
      order by key, spotify_id, n)`;
  await tx`
    with ${named}
    update artists r set spotify_id = adopting.spotify_id, updated_at = now()
    from (
      select distinct on (n.key) n.spotify_id, r.id
      from named n join artists r on r.match_key = n.key and r.spotify_id is null
      where n.spotify_id is not null and not exists (select from artists o where o.spotify_id = n.spotify_id)
      order by n.key, n.spotify_id, r.created_at, r.id
    ) adopting
    where r.id = adopting.id`;
  await tx`
    with ${named}
    insert into artists (name, match_key, sort_name, spotify_id)
    select distinct on (spotify_id) name, key, sort_name, spotify_id from named where spotify_id is not null
    on conflict do nothing`;
  await tx`
    with ${named}
    insert into artists (name, match_key, sort_name)
    select name, key, sort_name from named n
    where spotify_id is null and not exists (select from artists r where r.match_key = n.key)
    on conflict do nothing`;
  const rows = await tx<{ id: string }[]>`
    select coalesce(own.id, named.id) as id
    from unnest(${keys}::text[], ${spotifyIds}::text[]) with ordinality as wanted (key, spotify_id, n)
    left join artists own on own.spotify_id = wanted.spotify_id
    left join lateral (
      select r.id from artists r where r.match_key = wanted.key and own.id is null
      order by r.spotify_id is not null, r.created_at, r.id limit 1) named on true
    order by n`;
  return rows.map((row) => row.id);
}
