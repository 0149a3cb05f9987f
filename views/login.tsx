import { Button, Field, Form } from "./form.tsx";
import { Icon } from "./icon.tsx";
import { BareLayout } from "./layout.tsx";
import { Mark } from "./navigation.tsx";
import { ExampleShelf } from "./shelf.tsx";

export type LoginProps = {
  username?: string;
  /** Why the last try failed, and what that means for the next. */
  error?: string;
  /** The path to go on with. */
  back?: string;
};

export function LoginPage({ username = "", error, back }: LoginProps) {
  return (
    <BareLayout title="Sign in">
      <main id="main" class="grid flex-1 place-items-center px-4 py-10">
        <div class="w-full max-w-[340px]">
          <div class="flex flex-col items-center gap-4">
            <Mark size={52} />
            <h1 class="text-xl font-bold">Beat Collector</h1>
          </div>
          <Form action="/login" class="mt-8 grid gap-4">
            {error && <FormError>{error}</FormError>}
            {back && <input type="hidden" name="back" value={back} />}
            <Field
              stacked
              name="username"
              label="Name"
              value={username}
              autocomplete="username"
              required
              autofocus={username === ""}
            />
            <Field
              stacked
              name="password"
              label="Password"
              type="password"
              autocomplete="current-password"
              required
              autofocus={username !== ""}
            />
            <label class="flex min-h-9 items-center gap-2.5">
              <input type="checkbox" class="check" name="remember" value="true" checked />
              Stay signed in on this device
            </label>
            <Button tone="primary" class="h-11!">Sign in</Button>
          </Form>
        </div>
      </main>
      <ExampleShelf />
    </BareLayout>
  );
}

export function FormError({ children }: { children: string }) {
  return (
    <p class="flex gap-2.5 rounded-md bg-danger-soft p-3 text-danger-ink" role="alert">
      <Icon name="circle-alert" class="mt-0.5 size-4" />
      <span>{children}</span>
    </p>
  );
}
