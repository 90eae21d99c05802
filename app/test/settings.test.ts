/** Where the page looks. */
import { beforeEach, describe, expect, it } from 'vitest';
import { loadSettings, rememberedNetwork, rememberNetwork, storeSettings } from '../src/network/settings.js';

const ADDRESS = '9gEB7cBeasraZZ9y6k9QYqEGvX3CxDprcF4RMDoC2T3d';

beforeEach(() => window.localStorage.clear());

describe('settings', () => {
  it('come from the link, then from this device, then from the page itself', () => {
    expect(loadSettings('')).toMatchObject({
      api: 'http://localhost:3000',
      rpc: undefined,
      files: [],
      fromLink: false,
    });
    storeSettings({ api: undefined, rpc: 'http://mine:8899', files: ['http://mirror/{hash}'] });
    expect(loadSettings('')).toMatchObject({
      rpc: 'http://mine:8899',
      files: ['http://mirror/{hash}'],
      fromLink: false,
    });
    expect(loadSettings('?rpc=http://theirs:8899')).toMatchObject({
      rpc: 'http://theirs:8899',
      fromLink: true,
    });
  });

  it('take no address that is not http or https', () => {
    expect(loadSettings('?rpc=javascript:alert(1)&files=file:///etc/passwd')).toMatchObject({
      rpc: undefined,
      files: [],
      fromLink: false,
    });
  });

  it('survive storage that holds something else', () => {
    window.localStorage.setItem('tributary.settings', '[not json');
    window.localStorage.setItem('tributary.network', '"text"');
    expect(loadSettings('').rpc).toBeUndefined();
    expect(rememberedNetwork('http://api')).toBeUndefined();
  });

  it('remember a network only for the API that named it, and only its addresses', () => {
    rememberNetwork('http://api', {
      rpcUrl: 'http://rpc',
      vaults: [ADDRESS, 'nonsense'],
      lookupTables: ['nonsense', ADDRESS],
    });
    expect(rememberedNetwork('http://api')).toEqual({
      rpcUrl: 'http://rpc',
      vaults: [ADDRESS],
      lookupTables: [ADDRESS],
    });
    expect(rememberedNetwork('http://other')).toBeUndefined();
  });
});
