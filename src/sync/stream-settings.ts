import type { Connector } from "../connectors/connector.ts";
import { ConfigError } from "../errors.ts";
import { type StreamName, streamNames } from "../model.ts";
import type { Integration, StreamSettings } from "../store/integration.ts";

/** A minute to a day. */
export const intervalLimits = { shortestMinutes: 1, longestMinutes: 1440 };

/** All the streams that an integration has switched on. */
export function enabledStreams(integration: Integration): StreamName[] {
  return streamNames.filter((stream) => integration.streams[stream].enabled);
}

/** Every stream on, at the interval that its connector recommends (W-09, W-10). */
export function defaultStreams(connector: Connector): StreamSettings {
  return buildSettings((stream) => ({
    enabled: true,
    intervalMinutes: connector.streams[stream].defaultIntervalMinutes,
  }));
}

export type StreamEdits = Partial<
  Record<StreamName, { enabled?: boolean | undefined; intervalMinutes?: number | undefined } | undefined>
>;

/** The settings with what is to be another. @throws ConfigError when an interval is not one */
export function editStreams(settings: StreamSettings, edits: StreamEdits): StreamSettings {
  return buildSettings((stream) => {
    const { enabled, intervalMinutes } = edits[stream] ?? {};
    if (intervalMinutes !== undefined) checkMinutes(stream, intervalMinutes, String(intervalMinutes));
    return {
      enabled: enabled ?? settings[stream].enabled,
      intervalMinutes: intervalMinutes ?? settings[stream].intervalMinutes,
    };
  });
}

/** @throws ConfigError unless they are whole minutes from 1 to a day */
export function checkMinutes(stream: StreamName, minutes: number, typed: string): void {
  const { shortestMinutes, longestMinutes } = intervalLimits;
  if (Number.isInteger(minutes) && minutes >= shortestMinutes && minutes <= longestMinutes) return;
  throw new ConfigError(
    `The interval of ${stream} is "${typed}": give whole minutes from ${shortestMinutes} to ${longestMinutes} (a day).`,
    { field: `streams.${stream}.intervalMinutes` },
  );
}

function buildSettings(settingOf: (stream: StreamName) => StreamSettings[StreamName]): StreamSettings {
  return Object.fromEntries(streamNames.map((stream) => [stream, settingOf(stream)])) as StreamSettings;
}
