// What the plugin asks of the host.
#pragma once

#include "fastdistill/host.h"

namespace mathword {

/// The host's interfaces, looked up once for an instance. What the host does not offer does nothing.
class Host {
public:
    explicit Host(const fastdistill_host_v1 *host) {
        if (!host) return;
        context_ = host->context;
        const auto interface = [&](const char *id) { return host->get_interface(context_, id); };
        cancel_ = static_cast<const fastdistill_cancel_v1 *>(interface(FASTDISTILL_CANCEL_V1));
        progress_ = static_cast<const fastdistill_progress_v1 *>(interface(FASTDISTILL_PROGRESS_V1));
    }

    bool is_cancelled() const { return cancel_ && cancel_->is_cancelled(context_) != 0; }

    /// Says which row is worked on, so that a hang or a crash can be pinned on it.
    void report_row(uint64_t row) const {
        if (progress_) progress_->row(context_, row);
    }

private:
    void *context_ = nullptr;
    const fastdistill_cancel_v1 *cancel_ = nullptr;
    const fastdistill_progress_v1 *progress_ = nullptr;
};

}  // namespace mathword
