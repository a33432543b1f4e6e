// The kinds of work of the outbox: one file each, one line each in table.cpp.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "core/booking/outbox.hpp"

namespace holdfast::booking {

using OutboxHandlers = std::map<std::string, std::unique_ptr<OutboxHandler>>;

// Every kind with its handler.
OutboxHandlers outbox_handlers(Context& context);

// One maker per kind, each in the file of its name, which says what it does.
std::unique_ptr<OutboxHandler> note_handler(Context& context);
std::unique_ptr<OutboxHandler> ghost_sweep_handler(Context& context);
std::unique_ptr<OutboxHandler> notify_handler(Context& context);
std::unique_ptr<OutboxHandler> amend_handler(Context& context);
std::unique_ptr<OutboxHandler> alert_handler(Context& context);
std::unique_ptr<OutboxHandler> alert_webhook_handler(Context& context);

}  // namespace holdfast::booking
