// The command line as a whole: every command, help, and how wrong usage ends.
import { Command, CommanderError } from 'commander';
import { commands } from './commands.ts';
import { exitCodes, type ExitCode } from './ops-errors.ts';
import { toJsonText, toPlainText } from './plain-text.ts';
import { createSession, formatVersion, type Surroundings } from './session.ts';

const epilogue = `
Exit code: 0 done, nothing needs attention · 1 something needs attention or was not done · 2 wrong usage ·
3 AWS, the stack or the hub cannot be reached or does not let you in · 4 a mistake in the command · 130 stopped.

AWS is asked with the rights of your shell (AWS_PROFILE, aws sso login). What changes something is shown first and
done only with --yes. Examples of each command: npx acdhub <command> --help`;

/** Lines of standard error made safe one by one: commander repeats what was typed. */
function toSafeLines(text: string): string {
  return text.split('\n').map(toPlainText).join('\n');
}

/** Runs one command line (without node and script); the answer is the exit code. */
export async function runAcdhub(args: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const session = createSession(surroundings);
  const program = new Command('npx acdhub')
    .description('Looks after a deployed connector, or the local stack: what arrived, what failed, and how to mend it.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => surroundings.stdout.write(text),
      writeErr: (text) => surroundings.stderr.write(toSafeLines(text)),
    })
    .showHelpAfterError('(--help shows how)')
    .addHelpText('after', epilogue);
  for (const addCommand of commands) addCommand(program, session);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return session.exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return exitCodes.done;
    if (args.includes('--json')) {
      const [command = ''] = args.filter((word) => !word.startsWith('-'));
      const failure = { name: 'UsageError', message: error.message.replace(/^error: /, '') };
      surroundings.stdout.write(`${toJsonText({ formatVersion, command, error: failure })}\n`);
    }
    return exitCodes.usage;
  }
}
