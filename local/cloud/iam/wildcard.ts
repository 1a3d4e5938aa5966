/**
 * IAM's pattern match: `*` stands for any run of characters, `?` for exactly one; everything else is literal
 * (IAM User Guide, "IAM JSON policy elements: Resource"). Linear in memory and never worse than pattern length times
 * value length in time, whatever a session policy contains.
 */
export function matchesPattern(pattern: string, value: string, ignoreCase = false): boolean {
  return ignoreCase ? matches(pattern.toLowerCase(), value.toLowerCase()) : matches(pattern, value);
}

function matches(pattern: string, value: string): boolean {
  let at = 0;
  let index = 0;
  let starAt = -1;
  let starIndex = 0;
  while (index < value.length) {
    if (pattern[at] === '*') {
      starAt = at++;
      starIndex = index;
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === value[index])) {
      at++;
      index++;
    } else if (starAt >= 0) {
      // The last star swallows one more character, and matching goes on behind it.
      at = starAt + 1;
      index = ++starIndex;
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}
