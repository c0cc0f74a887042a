@NullMarked
package org.hearth.client;

import org.jspecify.annotations.NullMarked;
