#include "core/ghl/token_source.hpp"

namespace holdfast::ghl {

net::Task<Result<Secret>> StaticToken::token(Instant /*deadline*/) {
  co_return token_;
}

net::Task<Result<Secret>> StaticToken::refresh(Secret /*rejected*/, Instant /*deadline*/) {
  co_return fail(ErrorKind::unauthorized,
                 "GHL does not accept the token; make a new Private Integration Token in GHL and put it in its place");
}

}  // namespace holdfast::ghl
