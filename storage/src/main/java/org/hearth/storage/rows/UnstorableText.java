package org.hearth.storage.rows;

/// Text with U+0000 was given for a column. The message names the table, never the text.
public final class UnstorableText extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  UnstorableText(RowWrite write) {
    super(write + ": text holds U+0000, which a text column cannot store.");
  }
}
