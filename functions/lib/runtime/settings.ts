// The customer's settings as a deployed function finds them: one JSON file beside the code, checked when it is read.
import { readFileSync } from 'node:fs';
import type { CheckFinding } from '../../../schemas/check.ts';
import { checkSettings } from '../../../schemas/checks/settings.ts';
import type { Settings } from '../../../schemas/settings.ts';
import { listSeriesContradictions } from '../domain/coverage/series-settings.ts';
import { ConfigError } from '../domain/errors.ts';
import { requireVariable, type Environment } from './environment.ts';

/** One line a mistake: where, what was expected, which words are allowed. */
function describeFinding({ instancePath, keyword, message, params }: CheckFinding): string {
  const place = instancePath === '' ? 'settings' : instancePath.slice(1).replaceAll('/', '.');
  const allowed = params?.['allowedValues'];
  if (Array.isArray(allowed)) return `${place}: expected one of ${allowed.join(', ')}`;
  if (keyword === 'additionalProperties')
    return `${place}: there is no setting "${String(params?.['additionalProperty'])}"`;
  if (keyword === 'required') return `${place}: the setting "${String(params?.['missingProperty'])}" is missing`;
  return `${place}: ${message ?? keyword}`;
}

/** Names that stand twice, where each must stand once. */
function listRepeats(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}

/** What the shape cannot say: names that may stand once only, one line each. */
export function listContradictions(settings: Pick<Settings, 'queues' | 'agents' | 'reports'>): string[] {
  const { queues, agents, reports } = settings;
  return [
    ...listRepeats(queues.map((queue) => queue.name)).map((name) => `queues: "${name}" is listed twice`),
    ...listRepeats(queues.map((queue) => queue.hubQueue ?? queue.name)).map(
      (name) => `queues: two queues are sent as "${name}"; their figures would overwrite each other`,
    ),
    ...listRepeats(agents.map((agent) => agent.login)).map((login) => `agents: "${login}" is listed twice`),
    ...listRepeats(agents.map((agent) => agent.agentId)).map(
      (agentId) => `agents: two agents have the ID "${agentId}"; their figures would overwrite each other`,
    ),
    ...listSeriesContradictions(reports.series),
  ];
}

/**
 * Settings with every default filled in. Changes the value given (it is filled in place).
 * @throws {ConfigError} listing every mistake
 */
export function parseSettings(value: unknown, source: string): Settings {
  if (!checkSettings(value)) {
    const findings = (checkSettings.errors ?? []).map(describeFinding);
    throw new ConfigError(`The settings in ${source} are not usable:\n- ${findings.join('\n- ')}`);
  }
  const contradictions = listContradictions(value);
  if (contradictions.length > 0)
    throw new ConfigError(`The settings in ${source} contradict themselves:\n- ${contradictions.join('\n- ')}`);
  return value;
}

/** @throws {ConfigError} when the file is missing, is no JSON or holds a mistake */
export function loadSettings(environment: Environment): Settings {
  const file = requireVariable(environment, 'CONNECTOR_SETTINGS_FILE');
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return parseSettings(value, file);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(`The settings file ${file} cannot be read as JSON: ${String(error)}`, { cause: error });
  }
}
