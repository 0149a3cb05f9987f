-- Type and first release come with the match, at no request; the rest is fetched later, or never.
alter table release_group_details alter fetched_at drop not null, alter fetched_at drop default;
