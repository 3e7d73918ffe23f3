// How a step says that a call failed.
#pragma once

#include <string>

#include "fastdistill/error.h"

namespace mathword {

/// Thrown by anything below the C functions, which turn it into a status and a filled error struct.
struct StepError {
    fastdistill_status status;
    /// A column's name or a JSON pointer; may be empty.
    std::string where;
    /// One sentence for the user, with the remedy.
    std::string message;

    /// An option that is wrong, with the JSON pointer to it (RFC 6901).
    static StepError option(std::string_view name, std::string message);

    /// Fills the caller's struct and gives the status to return. Texts that are too long are cut between characters.
    fastdistill_status report(fastdistill_error_v1 *error) const noexcept;
};

}  // namespace mathword
