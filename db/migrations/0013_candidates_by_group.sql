-- A candidate's cover is only fetched for what is a candidate.
create index match_candidates_release_group on match_candidates (release_group_id);
