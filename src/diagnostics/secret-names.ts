const secretWords = new Set([
  'password',
  'passwd',
  'pwd',
  'passphrase',
  'secret',
  'token',
  'credential',
  'credentials',
]);

/** `key` alone is most often Kafka's record key: only with these before it does it open something. */
const keyOwners = new Set([
  'access',
  'account',
  'api',
  'auth',
  'encryption',
  'keystore',
  'private',
  'secret',
]);

/** Whether the last word or words of a key say that its value opens something. */
export function looksSecret(key: string): boolean {
  const words = key
    .replace(/([a-z0-9])([A-Z])/g, '$1.$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  const [last = '', before = ''] = words.toReversed();
  if (secretWords.has(last)) return true;
  if (last === 'key') return keyOwners.has(before);
  // A JAAS configuration holds user and password in one text.
  return (last === 'config' && before === 'jaas') || /^(?:api|access|private|secret)key$/.test(last);
}
