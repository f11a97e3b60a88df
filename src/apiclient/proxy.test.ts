import { expect, it } from 'vitest';
import { chooseProxy } from './proxy.ts';

const proxied = 'http://proxy:3128';

it.each<[string, NodeJS.ProcessEnv, string | undefined]>([
  ['https://10.0.0.1:6443', {}, undefined],
  ['https://10.0.0.1:6443', { HTTPS_PROXY: proxied }, proxied],
  ['https://10.0.0.1:6443', { https_proxy: 'proxy:3128' }, proxied],
  ['https://10.0.0.1:6443', { HTTP_PROXY: proxied }, undefined],
  ['http://10.0.0.1:6443', { HTTP_PROXY: proxied }, proxied],
  ['https://127.0.0.1:6443', { HTTPS_PROXY: proxied }, undefined],
  ['https://localhost:6443', { HTTPS_PROXY: proxied }, undefined],
  ['https://[::1]:6443', { HTTPS_PROXY: proxied }, undefined],
  ['https://10.0.0.1', { HTTPS_PROXY: proxied, NO_PROXY: '*' }, undefined],
  ['https://10.0.0.1', { HTTPS_PROXY: proxied, NO_PROXY: 'a, 10.0.0.1' }, undefined],
  ['https://10.0.0.1', { HTTPS_PROXY: proxied, no_proxy: '10.0.0.0/8' }, undefined],
  ['https://11.0.0.1', { HTTPS_PROXY: proxied, NO_PROXY: '10.0.0.0/8,fd00::/8' }, proxied],
  ['https://[fd00::1]', { HTTPS_PROXY: proxied, NO_PROXY: 'fd00::/8' }, undefined],
  ['https://k8s.example.org', { HTTPS_PROXY: proxied, NO_PROXY: 'example.org' }, undefined],
  ['https://example.org', { HTTPS_PROXY: proxied, NO_PROXY: 'example.org' }, undefined],
  ['https://example.org', { HTTPS_PROXY: proxied, NO_PROXY: '.example.org' }, proxied],
  ['https://K8s.Example.org', { HTTPS_PROXY: proxied, NO_PROXY: '*.example.org' }, undefined],
  ['https://notexample.org', { HTTPS_PROXY: proxied, NO_PROXY: 'example.org' }, proxied],
  ['https://example.org:6443', { HTTPS_PROXY: proxied, NO_PROXY: 'example.org:6443' }, undefined],
  ['https://example.org', { HTTPS_PROXY: proxied, NO_PROXY: 'example.org:443' }, undefined],
  ['https://example.org', { HTTPS_PROXY: proxied, NO_PROXY: 'example.org:6443' }, proxied],
])('%s with %o: %s', (server, environment, expected) => {
  expect(chooseProxy(server, environment)).toBe(expected);
});
