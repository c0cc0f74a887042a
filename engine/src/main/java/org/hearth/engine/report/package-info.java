/// What users [report](https://spec.matrix.org/v1.19/client-server-api/#reporting-content) to the
/// administrators: [Reports].
@NullMarked
package org.hearth.engine.report;

import org.jspecify.annotations.NullMarked;
