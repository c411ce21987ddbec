import { describe, expect, it } from '@jest/globals';
import { hideWords, listAgentNames } from '../../../../../functions/lib/domain/delivery/confidential-words.ts';

describe('listAgentNames', () => {
  it('finds logins and IDs of a batch, each once, the longest first', () => {
    const records = [
      { agentValue: 'zoe@example.com', agentId: 'zoe@example.com', queueValue: 'agentValue' },
      { agentValue: 'Zoë "Q" \\ Quill', agentId: '471112345678901234' },
      { agentValue: 'abc', agentId: 'abcd' },
    ];
    expect(listAgentNames(JSON.stringify({ reportData: records }))).toEqual([
      '471112345678901234',
      'zoe@example.com',
      'Zoë "Q" \\ Quill',
      'abcd',
    ]);
  });

  it('finds a name of some megabytes, and one of nothing but quotes', () => {
    const names = ['n'.repeat(5_000_000), '"'.repeat(500_000)];
    expect(listAgentNames(JSON.stringify(names.map((agentValue) => ({ agentValue }))))).toEqual(names);
  });

  it('finds none in queue records', () => {
    expect(listAgentNames(JSON.stringify([{ queueValue: 'Sales' }]))).toEqual([]);
  });
});

describe('hideWords', () => {
  it('replaces every occurrence in a plain text', () => {
    expect(hideWords('zoe and zoe@x', ['zoe@x', 'zoe'], '*')).toBe('* and *');
  });

  it('replaces a word whatever escapes the JSON spells it with', () => {
    const name = 'Zoë "Q"/\n';
    const body = String.raw`{"reason":"unknown agent Zo\u00eb \"Q\"\/\u000a!","agent":"${'Zo\\u00EB'}"}`;
    expect(JSON.parse(hideWords(body, [name, 'Zoë'], '[agent]'))).toEqual({
      reason: 'unknown agent [agent]!',
      agent: '[agent]',
    });
  });

  it('shows nothing of JSON that is nested too deep to be searched', () => {
    const depth = 100_000;
    expect(hideWords(`${'['.repeat(depth)}"zoe"${']'.repeat(depth)}`, ['zoe'], '*')).toBe('');
  });

  it('leaves a text without the words as it means', () => {
    expect(hideWords('<html>busy</html>', ['zoe'], '*')).toBe('<html>busy</html>');
  });
});
