import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { globSync } from 'tinyglobby';

/** Something that was looked at, and what was seen, as a hash. */
export type Sight = readonly [
  what: 'text' | 'names' | 'files' | 'existence',
  path: string,
  pattern: string,
  seen: string,
];

/** Reads files, each once, and remembers what was seen: the same sights mean the same result. */
export class ProjectFiles {
  readonly #seen = new Map<string, { readonly sight: Sight; readonly value: unknown }>();

  /** Undefined where there is no such file. */
  text(path: string): string | undefined {
    return this.#look('text', path, '', () => {
      try {
        return readFileSync(path, 'utf8');
      } catch {
        return undefined;
      }
    });
  }

  /** Of a folder, in order. */
  names(folder: string): readonly string[] {
    return this.#look('names', folder, '', () => readdirSync(folder).toSorted());
  }

  /** Paths below a folder that match a pattern, in order. */
  find(folder: string, pattern: string): readonly string[] {
    return this.#look('files', folder, pattern, () =>
      globSync(pattern, { cwd: folder, dot: true }).toSorted(),
    );
  }

  exists(path: string): boolean {
    return this.#look('existence', path, '', () => existsSync(path));
  }

  sights(): readonly Sight[] {
    return [...this.#seen.values()].map(({ sight }) => sight);
  }

  /** Whether everything is as it was seen. */
  areAsSeen(sights: readonly Sight[]): boolean {
    return sights.every(([what, path, pattern, seen]) => {
      switch (what) {
        case 'text':
          this.text(path);
          break;
        case 'names':
          if (!existsSync(path)) return false;
          this.names(path);
          break;
        case 'files':
          this.find(path, pattern);
          break;
        case 'existence':
          this.exists(path);
      }
      return this.#seen.get(keyOf(what, path, pattern))?.sight[3] === seen;
    });
  }

  #look<T>(what: Sight[0], path: string, pattern: string, read: () => T): T {
    const key = keyOf(what, path, pattern);
    const known = this.#seen.get(key);
    if (known !== undefined) return known.value as T;
    const value = read();
    const seen = createHash('sha256')
      .update(typeof value === 'string' ? value : (JSON.stringify(value) ?? 'absent'))
      .digest('base64');
    this.#seen.set(key, { sight: [what, path, pattern, seen], value });
    return value;
  }
}

function keyOf(what: string, path: string, pattern: string): string {
  return `${what}\n${path}\n${pattern}`;
}
