import type { JSONValue } from "postgres";
import type { Sql } from "./sql.ts";

/** What is stored under one key; undefined when nothing is. */
export async function findSetting(sql: Sql, key: string): Promise<unknown> {
  const [row] = await sql<{ value: unknown }[]>`select value from settings where key = ${key}`;
  return row?.value;
}

export async function listSettings(sql: Sql): Promise<Record<string, unknown>> {
  const rows = await sql<{ key: string; value: unknown }[]>`select key, value from settings`;
  return Object.fromEntries(rows.map((row) => [row.key, row.value]));
}

/** Stores each value under its key; null removes the key, so that the default applies again. */
export async function upsertSettings(sql: Sql, values: Record<string, JSONValue>): Promise<void> {
  await sql`
    with given as (select key, value from jsonb_each(${sql.json(values)}) as given (key, value)),
      removed as (delete from settings where key in (select key from given where value = 'null'))
    insert into settings (key, value) select key, value from given where value <> 'null'
    on conflict (key) do update set value = excluded.value, updated_at = now()`;
}

/** The value of the first one who stores it: programs that start together agree. */
export async function insertSettingOnce(sql: Sql, key: string, value: string): Promise<unknown> {
  await sql`insert into settings (key, value) values (${key}, ${sql.json(value)}) on conflict do nothing`;
  return await findSetting(sql, key);
}

/** Takes a setting away and returns what it was. */
export async function deleteSetting(sql: Sql, key: string): Promise<unknown> {
  const [row] = await sql<{ value: unknown }[]>`delete from settings where key = ${key} returning value`;
  return row?.value;
}
