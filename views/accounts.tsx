import { Button, Field, Form } from "./form.tsx";
import { Icon } from "./icon.tsx";
import { FormError } from "./login.tsx";
import { SettingsList, SettingsSection } from "./settings_section.tsx";
import { Name, Time } from "./text.tsx";

type SectionState = {
  /** Errors by field; under "" what concerns the whole. */
  errors?: Record<string, string>;
  saved?: boolean;
};

export type TokensView = SectionState & {
  tokens: readonly { id: string; name: string; createdAt: Date; lastUsedAt: Date | null }[];
  /** Shown this once: only its hash is kept. */
  created?: { name: string; token: string };
};

/** Personal tokens for programs. */
export function TokensSection({ tokens, created, errors = {} }: TokensView) {
  return (
    <SettingsList id="tokens" title="Access tokens" text="For programs that ask in your name.">
      {created && (
        <div class="mb-4 rounded-md bg-owned-soft p-3" role="status">
          <p class="font-medium">
            {`Copy the token of “${created.name}” now. It is not shown again.`}
          </p>
          <code class="mt-1.5 block rounded-md bg-sunken px-3 py-2 font-mono text-xs wrap-anywhere select-all">
            {created.token}
          </code>
        </div>
      )}
      <ul class="rows">
        {tokens.map(({ id, name, createdAt, lastUsedAt }) => (
          <li class="flex items-center gap-3 py-2">
            <span class="grid size-8 shrink-0 place-items-center rounded-full bg-raised text-ink-2">
              <Icon name="key-round" />
            </span>
            <span class="min-w-0 flex-1">
              <b class="block truncate font-semibold">
                <Name>{name}</Name>
              </b>
              <span class="text-ink-3">
                made <Time at={createdAt} />, {lastUsedAt
                  ? (
                    <>
                      last used <Time at={lastUsedAt} />
                    </>
                  )
                  : "never used"}
              </span>
            </span>
            <Form action={`/settings/tokens/${id}/revoke`} hx-target="#tokens" hx-swap="outerHTML">
              <Button small tone="danger">Revoke</Button>
            </Form>
          </li>
        ))}
      </ul>
      <Form
        action="/settings/tokens"
        hx-target="#tokens"
        hx-swap="outerHTML"
        class={tokens.length > 0 ? "mt-3 border-t border-hairline pt-4" : ""}
      >
        <Field
          stacked
          name="name"
          label="New token for"
          error={errors.name}
          placeholder="Homepage widget"
          required
        >
          <Button icon="key-round">Make it</Button>
        </Field>
      </Form>
    </SettingsList>
  );
}

export function PasswordSection({ errors = {}, saved }: SectionState) {
  return (
    <SettingsSection
      id="password"
      title="Password"
      text="Changing it signs you out everywhere else."
      errors={errors}
      saved={saved}
    >
      <Field
        name="current_password"
        label="Now"
        type="password"
        error={errors.current_password}
        autocomplete="current-password"
        required
      />
      <Field
        name="new_password"
        label="New"
        type="password"
        error={errors.new_password}
        autocomplete="new-password"
        minlength={8}
        hint="Eight characters or more."
        required
      />
    </SettingsSection>
  );
}

export type AccountsView = SectionState & {
  users: readonly { id: string; username: string; role: "admin" | "member"; createdAt: Date }[];
  /** Who looks at it: nobody can remove themselves. */
  ownId: string;
};

/** Who may sign in. */
export function AccountsSection({ users, ownId, errors = {} }: AccountsView) {
  return (
    <SettingsList id="users" title="Users" text="Who may sign in. Everybody sees the same albums.">
      {errors[""] && <FormError>{errors[""]}</FormError>}
      <ul class="rows">
        {users.map(({ id, username, role, createdAt }) => (
          <li class="flex items-center gap-3 py-2">
            <span class="grid size-8 shrink-0 place-items-center rounded-full bg-raised text-xs font-semibold text-ink-2">
              <Name>{[...username].slice(0, 2).join("").toUpperCase()}</Name>
            </span>
            <span class="min-w-0 flex-1">
              <b class="block truncate font-semibold">
                <Name>{username}</Name>
              </b>
              <span class="text-ink-3">
                {role}, since <Time at={createdAt} />
              </span>
            </span>
            {id === ownId
              ? <span class="text-xs text-ink-3">you</span>
              : (
                <Form action={`/settings/users/${id}/remove`} hx-target="#users" hx-swap="outerHTML">
                  <Button small tone="danger">Remove</Button>
                </Form>
              )}
          </li>
        ))}
      </ul>
      <Form
        action="/settings/users"
        hx-target="#users"
        hx-swap="outerHTML"
        class="mt-3 grid gap-4 border-t border-hairline pt-4 md:grid-cols-2"
      >
        <Field stacked name="username" label="Name" error={errors.username} autocomplete="off" required />
        <Field
          stacked
          name="password"
          label="Password"
          type="password"
          error={errors.password}
          autocomplete="new-password"
          minlength={8}
          required
        />
        <label class="flex min-h-9 items-center gap-2.5">
          <input type="checkbox" class="check" name="role" value="admin" />
          May change settings and people
        </label>
        <div class="md:text-right">
          <Button icon="user-plus">Add</Button>
        </div>
      </Form>
    </SettingsList>
  );
}
