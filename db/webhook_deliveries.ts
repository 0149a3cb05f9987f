import type { Sql } from "./sql.ts";

export type WebhookDelivery = { id: string; eventType: string; event: unknown; receivedAt: Date };

/**
 * Stores what was told, once: a copy that comes within `repeatsAfterSeconds` of the first is counted, a later one
 * is news. Returns whether this one is.
 */
export async function insertDelivery(
  sql: Sql,
  delivery: { fingerprint: string; eventType: string; event: unknown; repeatsAfterSeconds: number },
): Promise<boolean> {
  const [row] = await sql<{ news: boolean }[]>`
    insert into webhook_deliveries as d (fingerprint, event_type, event)
    values (${delivery.fingerprint}, ${delivery.eventType}, ${JSON.stringify(delivery.event)}::text::jsonb)
    on conflict (fingerprint) do update set copies = d.copies + 1,
      status = case when ${isNews(sql, delivery)} then 'pending' else d.status end,
      received_at = case when ${isNews(sql, delivery)} then now() else d.received_at end
    returning received_at = now() as news`;
  return row.news;
}

function isNews(sql: Sql, { repeatsAfterSeconds }: { repeatsAfterSeconds: number }) {
  return sql`d.received_at < now() - make_interval(secs => ${repeatsAfterSeconds})`;
}

export async function hasPendingDeliveries(sql: Sql): Promise<boolean> {
  const [row] = await sql<{ any: boolean }[]>`
    select exists (select from webhook_deliveries where status = 'pending') as any`;
  return row.any;
}

/** In the order in which they came. */
export async function listPendingDeliveries(sql: Sql, limit: number): Promise<WebhookDelivery[]> {
  return await sql<WebhookDelivery[]>`
    select id, event_type, event, received_at from webhook_deliveries
    where status = 'pending' order by id limit ${limit}`;
}

export async function settleDelivery(
  sql: Sql,
  id: string,
  result: { status: "done" | "ignored" | "failed"; outcome: string },
): Promise<void> {
  await sql`
    update webhook_deliveries set status = ${result.status}, outcome = ${result.outcome}, processed_at = now()
    where id = ${id}`;
}

/** Whether a failure of this download was told before the download itself was. */
export async function isToldToHaveFailed(sql: Sql, downloadId: string): Promise<boolean> {
  const [row] = await sql<{ told: boolean }[]>`
    select exists (select from webhook_deliveries
      where event ->> 'downloadId' = ${downloadId} and event_type = 'DownloadFailure') as told`;
  return row.told;
}

export async function deleteOldDeliveries(sql: Sql, days: number): Promise<number> {
  const result = await sql`
    delete from webhook_deliveries where status <> 'pending' and received_at < now() - make_interval(days => ${days})`;
  return result.count;
}
