// Authorization: GHL's authorization server as plain state. Apps, where they are installed, codes, access tokens,
// refresh tokens and Private Integration Tokens (facts/ghl.md 1.4, 2). No clock, no HTTP; `now` is a parameter.
#pragma once

#include <cstdint>
#include <deque>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/random.hpp"
#include "core/base/time.hpp"
#include "mock_ghl/model/fixture.hpp"

namespace mock_ghl {

// How long what is issued lives.
inline constexpr holdfast::Duration access_token_life = holdfast::seconds{86'399};
inline constexpr holdfast::Duration refresh_token_life = holdfast::days{365};
inline constexpr holdfast::Duration refresh_grace = holdfast::seconds{30};  // quirk 42
inline constexpr holdfast::Duration pit_rotation_grace = holdfast::days{7};
inline constexpr holdfast::Duration code_life = holdfast::minutes{10};  // not documented; a usual value

// A token that answers an Authorization header, while it lives.
struct AccessToken {
  TokenGrant grant = {};
  std::string budget = {};  // whose rate limit it uses: the app at this location, or all PITs of the location
  holdfast::Instant issued_at = {};
  holdfast::Instant expires_at = holdfast::Instant::max();  // a PIT lives until it is rotated
  bool revoked = false;

  // True while it answers.
  bool live_at(holdfast::Instant now) const { return !revoked && now < expires_at; }
};

// An app on a location or an agency.
struct Installation {
  std::string client_id = {};
  std::string company_id = {};
  std::string location_id = {};  // empty: on the agency
  std::string user_id = {};      // who installed it; filled in by Authorization::install
  std::vector<std::string> scopes = {};
  bool active = true;  // false: SaaS paused; refreshing fails until it is active again (quirk 44)
  bool bulk = false;   // a sub-account app that an agency installed everywhere at once (quirk 45)
  holdfast::Instant installed_at = {};

  // The location, or the agency when it is on the agency.
  const std::string& resource_id() const { return location_id.empty() ? company_id : location_id; }
};

// What stands for the redirect back until the app exchanges it.
struct AuthorizationCode {
  std::string client_id = {};
  std::string resource_id = {};
  std::string redirect_uri = {};
  holdfast::Instant expires_at = {};
};

// A refresh token; once it is used it names its successor.
struct RefreshToken {
  std::string id = {};
  std::string client_id = {};
  std::string resource_id = {};
  TokenKind kind = TokenKind::location;
  std::vector<std::string> scopes = {};
  holdfast::Instant expires_at = {};
  bool revoked = false;
  std::optional<holdfast::Instant> used_at = {};
  std::string successor = {};
};

// The answer of the token endpoint.
struct IssuedTokens {
  AccessToken access = {};
  std::string refresh_token = {};
  std::string refresh_token_id = {};
  Installation installation = {};
};

// Why the token endpoint gives nothing.
enum class GrantRefusal { invalid_grant, location_not_active };

// The authorization server. Not thread-safe. Everything a client can make it hold is bounded: at most `held_max` of
// codes, access tokens and refresh tokens each, then the oldest is forgotten as if it had expired. The fixture's tokens
// and PITs are never forgotten.
class Authorization {
 public:
  // The apps and tokens of a consistent fixture whose companies are resolved (see resolve_companies). Tokens and codes
  // are drawn from `seed`.
  Authorization(const Fixture& fixture, std::uint64_t seed, holdfast::Instant now);

  // Reading. nullptr when there is none.
  const App* app(std::string_view client_id) const;
  const std::vector<App>& apps() const { return apps_; }
  const Company* company(std::string_view id) const;
  const std::vector<Company>& companies() const { return companies_; }
  // The app on a location or an agency.
  const Installation* installation(std::string_view client_id, std::string_view resource_id) const;
  const std::map<std::pair<std::string, std::string>, Installation>& installations() const { return installations_; }
  // The access token of this text, living or not.
  const AccessToken* token(std::string_view text) const;
  const std::map<std::string, AccessToken, std::less<>>& tokens() const { return tokens_.items(); }
  const std::map<std::string, RefreshToken, std::less<>>& refresh_tokens() const { return refresh_tokens_.items(); }

  // Installs an app, or changes where it is installed already. Other scopes than before revoke the tokens of the old
  // ones; GHL does not document that (facts/ghl.md 2.3), and an app should survive it. The client must exist. Who does
  // it is the first user of the location; for an agency, and a location without users, the first of the agency's
  // locations.
  const Installation& install(Installation made, holdfast::Instant now);
  // Removes it and revokes its tokens. False when it was not installed.
  bool uninstall(std::string_view client_id, std::string_view resource_id);
  // Pauses or resumes (quirk 44). False when it was not installed.
  bool set_active(std::string_view client_id, std::string_view resource_id, bool active);

  // A code for an installation.
  std::string issue_code(const Installation& installation, std::string redirect_uri, holdfast::Instant now);
  // The living code of this text, or nullptr.
  const AuthorizationCode* code(std::string_view text, holdfast::Instant now) const;
  // Exchanges a living code; it is used up.
  std::expected<IssuedTokens, GrantRefusal> redeem(std::string_view code, holdfast::Instant now);
  // Exchanges a refresh token: once, and for refresh_grace again with the same successor (quirks 42, 43). A paused
  // location leaves it unused.
  std::expected<IssuedTokens, GrantRefusal> refresh(std::string_view client_id, std::string_view refresh_token,
                                                    holdfast::Instant now);
  // A pair of tokens for an installation.
  IssuedTokens issue(const Installation& installation, std::vector<std::string> scopes, holdfast::Instant now,
                     holdfast::Duration life = access_token_life);
  // A new PIT; its token text is drawn. The scopes as in TokenGrant.
  const AccessToken& issue_pit(TokenGrant grant, holdfast::Instant now,
                               holdfast::Instant expires_at = holdfast::Instant::max());
  // Replaces a living PIT by a new one; the old one goes on for `grace`. nullptr when there is no such PIT.
  const AccessToken* rotate_pit(std::string_view text, holdfast::Instant now, holdfast::Duration grace);
  // Revokes, or expires at `now`, the access or refresh token of this text. False when there is none.
  bool revoke(std::string_view text);
  bool expire(std::string_view text, holdfast::Instant now);

  static constexpr std::size_t held_max = 10'000;

 private:
  // A map that forgets its oldest entry when it is full. References stay valid until then.
  template <class Item>
  class Held {
   public:
    Item& add(std::string key, Item item) {
      if (order_.size() == held_max) {
        items_.erase(order_.front());
        order_.pop_front();
      }
      order_.push_back(key);
      return items_.insert_or_assign(std::move(key), std::move(item)).first->second;
    }
    // One that is never forgotten.
    Item& keep(std::string key, Item item) {
      return items_.insert_or_assign(std::move(key), std::move(item)).first->second;
    }
    Item* find(std::string_view key) {
      const auto it = items_.find(key);
      return it == items_.end() ? nullptr : &it->second;
    }
    const Item* find(std::string_view key) const {
      const auto it = items_.find(key);
      return it == items_.end() ? nullptr : &it->second;
    }
    std::map<std::string, Item, std::less<>>& items() { return items_; }
    const std::map<std::string, Item, std::less<>>& items() const { return items_; }

   private:
    std::map<std::string, Item, std::less<>> items_;
    std::deque<std::string> order_;
  };

  std::string draw_jwt(const Installation& installation, const std::vector<std::string>& scopes, holdfast::Instant now,
                       holdfast::Instant expires_at);
  std::string draw_hex(std::size_t digits);
  AccessToken make_access(const Installation& installation, std::vector<std::string> scopes, holdfast::Instant now,
                          holdfast::Duration life);
  std::string make_refresh(const Installation& installation, std::vector<std::string> scopes, holdfast::Instant now);
  void revoke_all(std::string_view client_id, std::string_view resource_id);

  holdfast::SplitMix64 random_;
  std::vector<Company> companies_;
  std::vector<App> apps_;
  std::map<std::string, std::string, std::less<>> installers_;  // location or company id -> its first user
  std::map<std::pair<std::string, std::string>, Installation> installations_;  // (client id, resource id)
  Held<AuthorizationCode> codes_;
  Held<AccessToken> tokens_;
  Held<RefreshToken> refresh_tokens_;
};

// Gives every location its agency: the fixture's first one unless it names another, and one of our own when the fixture
// has none.
void resolve_companies(Fixture& fixture);

// The key of a rate limit: that of the app of `client_id` at a location or agency, or of all its PITs when "".
std::string budget_key(std::string_view client_id, std::string_view resource_id);

}  // namespace mock_ghl
