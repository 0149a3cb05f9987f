import type { Sql } from "./sql.ts";

/**
 * `granted`: send in `waitMs`. Otherwise that is how long it takes until there is a place, or, `blocked`, until the
 * service wants requests again.
 */
export type Claim = { granted: boolean; waitMs: number; blocked: boolean; blockedReason: string | null };

export type Block = { key: string; blockedUntil: Date; blockedReason: string };

/**
 * Takes the next place in a budget when it begins within `aheadMs`, by the server's clock, so that all programs on
 * one database keep one distance. Who is urgent and has to wait keeps others from taking the next place.
 */
export async function claimBudget(
  sql: Sql,
  key: string,
  options: { intervalMs: number; aheadMs: number; urgent: boolean },
): Promise<Claim> {
  const [claim] = await takePlace(sql, key, options);
  if (claim) return claim;
  await sql`insert into rate_budgets (key) values (${key}) on conflict do nothing`;
  return await claimBudget(sql, key, options);
}

function takePlace(
  sql: Sql,
  key: string,
  { intervalMs, aheadMs, urgent }: { intervalMs: number; aheadMs: number; urgent: boolean },
): Promise<Claim[]> {
  return sql<Claim[]>`
    with locked as materialized (select * from rate_budgets where key = ${key} for update),
    seen as materialized (select *, clock_timestamp() as at from locked),
    judged as materialized (
      select *, greatest(next_at, at) as place,
        coalesce(blocked_until > at, false) as blocked,
        next_at <= at + ${ms(aheadMs)}::interval and (blocked_until > at) is not true
          and (${urgent} or (urgent_until > at) is not true) as granted
      from seen
    ),
    taken as (
      update rate_budgets as budget set
        next_at = case when granted then place + ${ms(intervalMs)}::interval else budget.next_at end,
        urgent_until = case when ${urgent} and not granted then place + ${ms(intervalMs)}::interval end,
        updated_at = at
      from judged where budget.key = judged.key and (granted or ${urgent})
    )
    select granted, blocked, case when blocked then blocked_reason end as blocked_reason,
      (extract(epoch from (case when blocked then blocked_until else place end - at)) * 1000)::float8 as wait_ms
    from judged`;
}

/** What was granted was sent late: the next place moves as well. */
export async function postponeBudget(sql: Sql, key: string, lateMs: number): Promise<void> {
  await sql`update rate_budgets set next_at = next_at + ${ms(lateMs)}::interval where key = ${key}`;
}

/**
 * The service wants no requests for `waitMs`; without one (undefined) for the next of `pausesMs`, by how often it
 * has refused in a row. A longer pause that is known already stays. Returns until when.
 */
export async function blockBudget(
  sql: Sql,
  key: string,
  { waitMs, pausesMs, reason }: { waitMs?: number; pausesMs: readonly number[]; reason: string },
): Promise<Date> {
  const [{ blockedUntil }] = await sql<[{ blockedUntil: Date }]>`
    insert into rate_budgets as budget (key, blocked_until, blocked_reason, refusals)
    values (${key}, clock_timestamp() + ${ms(waitMs ?? pausesMs[0])}::interval, ${reason}, 1)
    on conflict (key) do update set
      blocked_until = greatest(budget.blocked_until, clock_timestamp() + make_interval(secs => coalesce(
        ${waitMs ?? null}::float8,
        (${pausesMs}::float8[])[least(budget.refusals + 1, ${pausesMs.length}::integer)]) / 1000)),
      blocked_reason = ${reason}, refusals = budget.refusals + 1, updated_at = now()
    returning blocked_until`;
  return blockedUntil;
}

/** The service has answered: the next refusal is a first one again. */
export async function forgiveBudget(sql: Sql, key: string): Promise<void> {
  await sql`update rate_budgets set refusals = 0, blocked_until = null, blocked_reason = null
    where key = ${key} and refusals > 0 and blocked_until <= clock_timestamp()`;
}

/** Everything that is paused now. */
export function listBlocks(sql: Sql): Promise<Block[]> {
  return sql<Block[]>`
    select key, blocked_until, blocked_reason from rate_budgets
    where blocked_until > clock_timestamp() order by key`;
}

const ms = (milliseconds: number) => `${milliseconds} milliseconds`;
