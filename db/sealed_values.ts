import type { Sql } from "./sql.ts";

/** An encrypted value and where it lies. */
export type SealedValue =
  & ({ table: "settings"; key: string } | {
    table: "spotify_accounts";
    userId: string;
    column: "access_token" | "refresh_token";
  })
  & { sealed: string };

/** Every encrypted value; nobody writes another one until the transaction ends. */
export async function lockSealedValues(tx: Sql): Promise<SealedValue[]> {
  await tx`lock table settings, spotify_accounts, spotify_authorizations in exclusive mode`;
  const settings = await tx<{ key: string; sealed: string }[]>`
    select key, value #>> '{}' as sealed from settings
    where jsonb_typeof(value) = 'string' and value #>> '{}' ~ '^v1[.][0-9a-f]{8}[.]'`;
  const accounts = await tx<{ userId: string; accessToken: string; refreshToken: string }[]>`
    select user_id, access_token, refresh_token from spotify_accounts where refresh_token is not null`;
  return [
    ...settings.map((row) => ({ table: "settings" as const, ...row })),
    ...accounts.flatMap(({ userId, accessToken, refreshToken }) => [
      { table: "spotify_accounts" as const, userId, column: "access_token" as const, sealed: accessToken },
      { table: "spotify_accounts" as const, userId, column: "refresh_token" as const, sealed: refreshToken },
    ]),
  ];
}

export async function replaceSealedValue(tx: Sql, value: SealedValue, sealed: string): Promise<void> {
  if (value.table === "settings") {
    await tx`update settings set value = ${tx.json(sealed)} where key = ${value.key}`;
  } else {
    await tx`
      update spotify_accounts set ${
      tx(value.column)
    } = ${sealed}, updated_at = now() where user_id = ${value.userId}`;
  }
}

/** Consents under way hold a verifier each; they last ten minutes and are begun again. */
export async function deleteAuthorizations(tx: Sql): Promise<void> {
  await tx`delete from spotify_authorizations`;
}
