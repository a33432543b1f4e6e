#include "core/booking/outbox/handlers.hpp"

namespace holdfast::booking {

OutboxHandlers outbox_handlers(Context& context) {
  OutboxHandlers handlers;
  handlers["note"] = note_handler(context);
  handlers["ghost_sweep"] = ghost_sweep_handler(context);
  handlers["notify"] = notify_handler(context);
  handlers["amend"] = amend_handler(context);
  handlers["alert"] = alert_handler(context);
  handlers["alert_webhook"] = alert_webhook_handler(context);
  return handlers;
}

}  // namespace holdfast::booking
