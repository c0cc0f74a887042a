package org.hearth.engine;

import java.util.Locale;

/// [Globs](https://spec.matrix.org/v1.19/appendices/#glob-style-matching): `*` stands for any
/// characters, `?` for one.
public final class Glob {
  private Glob() {}

  /// Whether the glob is the whole text, in either letter case. Without backtracking, so that a
  /// hostile glob costs no more than its length times the name's.
  public static boolean matches(String glob, String text) {
    var pattern = glob.toLowerCase(Locale.ROOT);
    var name = text.toLowerCase(Locale.ROOT);
    int p = 0;
    int n = 0;
    int star = -1;
    int resume = 0;
    while (n < name.length()) {
      if (p < pattern.length()
          && (pattern.charAt(p) == '?' || pattern.charAt(p) == name.charAt(n))
          && pattern.charAt(p) != '*') {
        p++;
        n++;
      } else if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        resume = n;
      } else if (star >= 0) {
        p = star + 1;
        n = ++resume;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') p++;
    return p == pattern.length();
  }
}
