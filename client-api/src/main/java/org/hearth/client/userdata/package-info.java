/// What users keep with their server.
@NullMarked
package org.hearth.client.userdata;

import org.jspecify.annotations.NullMarked;
