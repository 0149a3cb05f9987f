import type { LidarrChoices } from "../db/lidarr_state.ts";
import { Button, Field, FieldNote, FieldRow } from "./form.tsx";
import { SettingsSection } from "./settings_section.tsx";
import { Time } from "./text.tsx";

export type LidarrSettings = {
  url: string;
  /** The end of the key that is stored, masked. */
  maskedKey: string;
  lockedUrl?: string;
  lockedKey?: string;
  rootFolder: string | null;
  qualityProfileId: number | null;
  metadataProfileId: number | null;
  /** What Lidarr offered at the last test. */
  choices: LidarrChoices | null;
  webhookAddress: string;
  webhookSecret: boolean;
  registered: boolean;
  lastEventAt: Date | null;
  failure: string | null;
  errors?: Record<string, string>;
  saved?: boolean;
  /** What a test or a registration has just found out. */
  confirmation?: string;
  /** The same when it went wrong. */
  trouble?: string;
};

export function LidarrSection(props: LidarrSettings) {
  const { errors = {}, choices } = props;
  return (
    <SettingsSection
      id="lidarr"
      title="Lidarr"
      text="Finds and downloads albums you want."
      errors={errors}
      saved={props.saved}
      extra={
        <>
          <Button small tone="plain" icon="activity" name="do" value="test">Test connection</Button>
          <Button small tone="plain" icon="link" name="do" value="register">
            {props.registered ? "Register webhook again" : "Register webhook"}
          </Button>
          {props.confirmation && <FieldNote tone="ok">{props.confirmation}</FieldNote>}
          {props.trouble && <FieldNote tone="error">{props.trouble}</FieldNote>}
        </>
      }
    >
      <Field
        mono
        name="lidarr_url"
        label="Address"
        value={props.url}
        error={errors.lidarr_url}
        lockedBy={props.lockedUrl}
        placeholder="http://lidarr:8686"
        hint={props.lockedUrl ? undefined : "With its URL base, if it has one: http://home.example/lidarr"}
      />
      <Field
        mono
        name="lidarr_api_key"
        label="API key"
        type="password"
        autocomplete="off"
        error={errors.lidarr_api_key}
        lockedBy={props.lockedKey}
        placeholder={props.maskedKey}
        hint={props.lockedKey
          ? undefined
          : props.maskedKey
          ? "Stored encrypted. Leave it empty to keep it."
          : "In Lidarr under Settings, General."}
      />
      {choices && (
        <FieldRow label="New artists">
          <div class="grid gap-2 md:grid-cols-3">
            <Choice
              name="lidarr_root_folder"
              label="Root folder"
              value={props.rootFolder}
              options={choices.rootFolders.map(({ path }) => [path, path])}
            />
            <Choice
              name="lidarr_quality_profile_id"
              label="Quality profile"
              value={props.qualityProfileId}
              options={choices.qualityProfiles.map(({ id, name }) => [id, name])}
            />
            <Choice
              name="lidarr_metadata_profile_id"
              label="Metadata profile"
              value={props.metadataProfileId}
              options={choices.metadataProfiles.map(({ id, name }) => [id, name])}
            />
          </div>
          {choices.warnings.map((warning) => <p class="mt-1.5 text-warn-ink">{warning}</p>)}
        </FieldRow>
      )}
      <Webhook {...props} />
      {props.failure && (
        <FieldRow label="State">
          <FieldNote tone="error">{props.failure}</FieldNote>
        </FieldRow>
      )}
    </SettingsSection>
  );
}

function Choice({ name, label, value, options }: {
  name: string;
  label: string;
  value: string | number | null;
  options: [value: string | number, label: string][];
}) {
  return (
    <label class="grid gap-1 text-xs text-ink-3">
      {label}
      <select name={name} class="field text-sm text-ink">
        <option value="" selected={value === null}>As Lidarr suggests</option>
        {options.map(([one, words]) => <option value={one} selected={one === value}>{words}</option>)}
      </select>
    </label>
  );
}

function Webhook({ webhookAddress, webhookSecret, registered, lastEventAt, errors = {} }: LidarrSettings) {
  return (
    <Field
      mono
      name="lidarr_webhook_address"
      label="Webhook"
      value={webhookAddress}
      error={errors.lidarr_webhook_address}
      hint={
        <>
          {"Where Lidarr reaches Beat Collector. "}
          {!webhookSecret || !registered ? "Not registered yet." : lastEventAt
            ? (
              <>
                Registered, last event <Time at={lastEventAt} />.
              </>
            )
            : "Registered, nothing heard yet."}
          {" A hint only: Lidarr’s queue is read as well."}
        </>
      }
    />
  );
}
