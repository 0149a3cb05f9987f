import type { Sql } from "./sql.ts";

/** `failing`: the last answers failed; `open`: nothing is asked until `openUntil`, then one request tries. */
export type ServiceHealth = {
  name: string;
  state: "ok" | "failing" | "open";
  message: string | null;
  openUntil: Date | null;
  changedAt: Date;
};

export async function upsertServiceHealth(
  sql: Sql,
  { name, state, message = null, openUntil = null }:
    & Pick<ServiceHealth, "name" | "state">
    & Partial<Pick<ServiceHealth, "message" | "openUntil">>,
): Promise<void> {
  await sql`
    insert into service_health (name, state, message, open_until) values (${name}, ${state}, ${message}, ${openUntil})
    on conflict (name) do update set state = excluded.state, message = excluded.message,
      open_until = excluded.open_until, changed_at = now()`;
}

export function listServiceHealth(sql: Sql): Promise<ServiceHealth[]> {
  return sql<
    ServiceHealth[]
  >`select name, state, message, open_until, changed_at from service_health order by name`;
}
