import { afterEach, describe, expect, it } from '@jest/globals';
import { chooseColors } from '../../../../../tools/local/run/colors.ts';

describe('chooseColors', () => {
  const ci = process.env['CI'];

  afterEach(() => {
    if (ci === undefined) delete process.env['CI'];
    else process.env['CI'] = ci;
  });

  it('colours on a terminal', () => {
    expect(chooseColors(true, {}).green('DELIVERED')).toBe('\u001B[32mDELIVERED\u001B[39m');
  });

  it('keeps a terminal plain with NO_COLOR set', () => {
    expect(chooseColors(true, { NO_COLOR: '1' }).green('DELIVERED')).toBe('DELIVERED');
  });

  it('keeps a pipe plain on a build server, where CI is set and the stream has no isTTY', () => {
    process.env['CI'] = 'true';
    expect(chooseColors(undefined, {}).green('DELIVERED')).toBe('DELIVERED');
  });
});
