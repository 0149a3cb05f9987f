-- What MusicBrainz may have an album as, why, and what people said to it.
alter table albums add column match_reason text
  check (match_reason in ('tie', 'low_confidence', 'nothing_found', 'contradiction'));

create table match_candidates (
  album_id uuid not null references albums on delete cascade,
  release_group_id uuid not null,
  -- 1 is the best.
  rank integer not null check (rank > 0),
  score integer not null check (score between 0 and 100),
  -- [{name, weight, text}]
  evidence jsonb not null,
  -- The release group as MusicBrainz knew it: enough to show it and to score it again without asking.
  candidate jsonb not null,
  -- A person said that it is not this one: no job takes it.
  refused_at timestamptz,
  found_at timestamptz not null default now(),
  primary key (album_id, release_group_id)
);

-- The same song on another edition of the album: it keeps its ids and whoever likes it, but counts once.
alter table tracks add column same_as uuid references tracks on delete set null;
create index tracks_same_as on tracks (same_as) where same_as is not null;

-- Albums that turned out to be one with another: what they were, and all it takes to split them again.
create table album_merges (
  id uuid primary key default gen_random_uuid(),
  -- The album that is gone. Its id, and its name, lead to the other one.
  absorbed_id uuid not null unique,
  match_key text collate "C" not null,
  -- Where it went, and where that is now, when it was merged itself.
  into_id uuid not null,
  album_id uuid not null references albums on delete cascade,
  -- The row as it was.
  absorbed jsonb not null,
  -- The columns of the other album that merging changed: {before, after}.
  changed jsonb not null,
  -- The rows of other tables that went over, per table.
  moved jsonb not null,
  merged_at timestamptz not null default now()
);
create index album_merges_album on album_merges (album_id);
create index album_merges_key on album_merges (match_key);
