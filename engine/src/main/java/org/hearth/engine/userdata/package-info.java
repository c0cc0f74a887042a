/// What users keep with their server: account data, tags (which are account data) and filters.
@NullMarked
package org.hearth.engine.userdata;

import org.jspecify.annotations.NullMarked;
