#include "core/daemon/config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "core/daemon/config_section.hpp"

namespace holdfast::daemon {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

ConfigSources fake_sources() {
  static const std::map<std::string, std::string> variables = {{"TOKEN", "pit-1\n"},
                                                               {"SECRET", "s3cret"},
                                                               {"EMPTY", ""},
                                                               {"SPACED", "a b"},
                                                               {"WEBHOOK", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}};
  static const std::map<std::string, std::string> files = {{"etc/token", "  pit-from-file\r\n"},
                                                           {"/abs/secret", "xyz"}};
  const auto look_up = [](const std::map<std::string, std::string>& map) {
    return [&map](const std::string& name) -> std::optional<std::string> {
      const auto found = map.find(name);
      if (found == map.end()) return std::nullopt;
      return found->second;
    };
  };
  return {look_up(variables), look_up(files)};
}

std::expected<Config, ConfigProblems> parse(const std::string& text) {
  return parse_config(text, "etc/holdfast.toml", fake_sources());
}

const std::string tenant_lines =
    "[[tenant]]\n"
    "id = \"one\"\n"
    "location_id = \"loc\"\n"
    "timezone = \"America/New_York\"\n"
    "ghl_token_env = \"TOKEN\"\n"
    "vapi_secret_env = \"SECRET\"\n";
const std::string service_lines =
    "[[tenant.service]]\n"
    "name = \"Consultation\"\n"
    "calendar_id = \"cal\"\n";
const std::string minimal = tenant_lines + service_lines;

// The only problem of `text`, without the file's name in front.
std::string only_problem(const std::string& text) {
  const auto config = parse(text);
  if (config) return "(none)";
  EXPECT_EQ(config.error().size(), 1u) << ::testing::PrintToString(config.error());
  const std::string prefix = "etc/holdfast.toml";
  EXPECT_TRUE(config.error().front().starts_with(prefix)) << config.error().front();
  return config.error().front().substr(prefix.size());
}

TEST(Config, TheLeastThatIsNeeded) {
  const auto config = parse(minimal);
  ASSERT_TRUE(config) << ::testing::PrintToString(config.error());
  EXPECT_EQ(config->listen_host, "127.0.0.1");
  EXPECT_EQ(config->listen_port, 8080);
  EXPECT_EQ(config->ledger_path, "holdfast.db");
  EXPECT_EQ(config->ghl_origin, "https://services.leadconnectorhq.com");
  EXPECT_EQ(config->log_level, LogLevel::info);
  ASSERT_EQ(config->tenants.size(), 1u);
  const TenantAccount& account = config->tenants[0];
  EXPECT_EQ(account.ghl_token.reveal(), "pit-1");
  EXPECT_EQ(account.vapi_secret.reveal(), "s3cret");
  EXPECT_FALSE(account.allow_unauthenticated);
  EXPECT_EQ(account.tenant.region, "US");
  EXPECT_EQ(account.tenant.zone.name(), "America/New_York");
  EXPECT_EQ(account.tenant.limits.voice_deadline_ms, booking::Limits{}.voice_deadline_ms);
}

TEST(Config, EverythingThatCanBeSaid) {
  const auto config = parse(
      "[server]\nlisten = \"[::1]:0\"\nbody_limit_bytes = 2048\nidle_timeout_ms = 101\nrequest_timeout_ms = 102\n"
      "drain_timeout_ms = 103\n[ledger]\npath = \"/var/lib/x.db\"\n[ghl]\norigin = \"http://127.0.0.1:8089\"\n"
      "ca_file = \"ca.pem\"\n[log]\nlevel = \"debug\"\n"
      "[[tenant]]\nid = \"a-1_b\"\nlocation_id = \"loc\"\ntimezone = \"Europe/Vienna\"\nregion = \"AT\"\n"
      "ghl_token_file = \"token\"\nvapi_secret_file = \"/abs/secret\"\ntrusted_parameters = [\"caller_number\"]\n"
      "[tenant.limits]\nvoice_deadline_ms = 3000\ncreate_timeout_ms = 9000\nsettle_timeout_ms = 14000\n"
      "hold_ttl_ms = 50000\nlate_arrival_window_ms = 80000\noffer_ttl_ms = 600000\noffered_slots_max = 3\n"
      "search_days = 7\nattempts_max = 5\nbase_ms = 100\ncap_ms = 1000\nattempt_timeout_ms = 7000\n"
      "[[tenant.service]]\nname = \"A\"\ncalendar_id = \"cal-a\"\n[[tenant.service]]\nname = \"B\"\ncalendar_id = "
      "\"cal-b\"\n"
      "[[tenant]]\nid = \"open\"\nlocation_id = \"loc2\"\ntimezone = \"UTC\"\nghl_token_env = \"TOKEN\"\n"
      "allow_unauthenticated = true\n[[tenant.service]]\nname = \"A\"\ncalendar_id = \"cal-c\"\n");
  ASSERT_TRUE(config) << ::testing::PrintToString(config.error());
  EXPECT_EQ(config->listen_host, "::1");
  EXPECT_EQ(config->listen_port, 0);
  EXPECT_EQ(config->body_limit_bytes, 2048u);
  EXPECT_EQ(config->idle_timeout_ms, 101);
  EXPECT_EQ(config->request_timeout_ms, 102);
  EXPECT_EQ(config->drain_timeout_ms, 103);
  EXPECT_EQ(config->ledger_path, "/var/lib/x.db");
  EXPECT_EQ(config->ghl_origin, "http://127.0.0.1:8089");
  EXPECT_EQ(config->ghl_ca_file, "ca.pem");
  EXPECT_EQ(config->log_level, LogLevel::debug);
  ASSERT_EQ(config->tenants.size(), 2u);
  const TenantAccount& account = config->tenants[0];
  EXPECT_EQ(account.ghl_token.reveal(), "pit-from-file");
  EXPECT_EQ(account.vapi_secret.reveal(), "xyz");
  EXPECT_EQ(account.tenant.region, "AT");
  EXPECT_THAT(account.tenant.trusted_parameters, ElementsAre("caller_number"));
  ASSERT_EQ(account.tenant.services.size(), 2u);
  EXPECT_EQ(account.tenant.services[1].calendar_id, "cal-b");
  const booking::Limits& limits = account.tenant.limits;
  EXPECT_EQ(limits.voice_deadline_ms, 3'000);
  EXPECT_EQ(limits.create_timeout_ms, 9'000);
  EXPECT_EQ(limits.settle_timeout_ms, 14'000);
  EXPECT_EQ(limits.hold_ttl_ms, 50'000);
  EXPECT_EQ(limits.late_arrival_window_ms, 80'000);
  EXPECT_EQ(limits.offer_ttl_ms, 600'000);
  EXPECT_EQ(limits.offered_slots_max, 3);
  EXPECT_EQ(limits.search_days, 7);
  EXPECT_EQ(account.retry.attempts_max, 5);
  EXPECT_EQ(account.retry.base_ms, 100);
  EXPECT_EQ(account.retry.cap_ms, 1'000);
  EXPECT_EQ(account.retry.attempt_timeout_ms, 7'000);
  EXPECT_TRUE(config->tenants[1].allow_unauthenticated);
  EXPECT_TRUE(config->tenants[1].vapi_secret.empty());
}

TEST(Config, TheExampleIsGoodAndStandsAtTheDefaults) {
  ConfigSources sources = fake_sources();
  sources.variable = [](const std::string& name) -> std::optional<std::string> {
    if (name == "GHL_TOKEN" || name == "VAPI_SECRET") return "value";
    return std::nullopt;
  };
  const auto config = parse_config(example_config(), "holdfast.toml", sources);
  ASSERT_TRUE(config) << ::testing::PrintToString(config.error());
  const Config defaults;
  EXPECT_EQ(config->listen_port, defaults.listen_port);
  EXPECT_EQ(config->body_limit_bytes, defaults.body_limit_bytes);
  EXPECT_EQ(config->idle_timeout_ms, defaults.idle_timeout_ms);
  EXPECT_EQ(config->request_timeout_ms, defaults.request_timeout_ms);
  EXPECT_EQ(config->drain_timeout_ms, defaults.drain_timeout_ms);
  EXPECT_EQ(config->ledger_path, defaults.ledger_path);
  const booking::Limits limits;
  const booking::Limits& shown = config->tenants[0].tenant.limits;
  EXPECT_EQ(shown.voice_deadline_ms, limits.voice_deadline_ms);
  EXPECT_EQ(shown.create_timeout_ms, limits.create_timeout_ms);
  EXPECT_EQ(shown.settle_timeout_ms, limits.settle_timeout_ms);
  EXPECT_EQ(shown.hold_ttl_ms, limits.hold_ttl_ms);
  EXPECT_EQ(shown.late_arrival_window_ms, limits.late_arrival_window_ms);
  EXPECT_EQ(shown.offer_ttl_ms, limits.offer_ttl_ms);
  EXPECT_EQ(shown.offered_slots_max, limits.offered_slots_max);
  EXPECT_EQ(shown.search_days, limits.search_days);
  const ghl::RetryPolicy retry;
  EXPECT_EQ(config->tenants[0].retry.attempts_max, retry.attempts_max);
  EXPECT_EQ(config->tenants[0].retry.base_ms, retry.base_ms);
  EXPECT_EQ(config->tenants[0].retry.cap_ms, retry.cap_ms);
  EXPECT_EQ(config->tenants[0].retry.attempt_timeout_ms, retry.attempt_timeout_ms);
}

TEST(Config, EachMistakeHasItsSentence) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"[server]\nlisen = \"a:1\"\n" + minimal, ":2: unknown key \"lisen\" in [server]; did you mean \"listen\"?"},
      {"[server]\nzzzzzzzz = 1\n" + minimal,
       ":2: unknown key \"zzzzzzzz\" in [server]; it takes listen, body_limit_bytes, idle_timeout_ms, "
       "request_timeout_ms, drain_timeout_ms"},
      {"[serve]\n" + minimal, ":1: unknown key \"serve\"; did you mean \"server\"?"},
      {"[server]\nlisten = 8080\n" + minimal, ":2: [server] listen must be a text in quotes, not a whole number"},
      {"[server]\nlisten = \"8080\"\n" + minimal,
       ":2: [server] listen must be an address and a port, such as \"127.0.0.1:8080\""},
      {"[server]\nidle_timeout_ms = \"1s\"\n" + minimal,
       ":2: [server] idle_timeout_ms must be a whole number, not a text"},
      {"[server]\nidle_timeout_ms = 1.5\n" + minimal,
       ":2: [server] idle_timeout_ms must be a whole number, not a number with a fraction"},
      {"[server]\nidle_timeout_ms = 99\n" + minimal,
       ":2: [server] idle_timeout_ms must be from 100 to 3600000, not 99"},
      {"[server]\nbody_limit_bytes = 999999999999\n" + minimal,
       ":2: [server] body_limit_bytes must be from 1024 to 67108864, not 999999999999"},
      {"server = 1\n" + minimal, ":1: the file server must be a table written as [server], not a whole number"},
      {"[ledger]\npath = \"\"\n" + minimal, ":2: [ledger] path must not be empty"},
      {"[log]\nlevel = \"loud\"\n" + minimal,
       ":2: [log] level must be \"debug\", \"info\", \"warning\", \"error\" or \"off\""},
      {"[server]\n", ": there is no [[tenant]]: holdfastd --example-config shows one"},
      {"tenant = 1\n", ":1: the file tenant must be written as [[tenant]] with its keys below"},
      {tenant_lines, ":1: [[tenant]] needs at least one [[tenant.service]] with name and calendar_id"},
      {tenant_lines + "[[tenant.service]]\nname = \"A\"\n",
       ":7: [[tenant.service]] needs calendar_id: the id of the GHL calendar behind it"},
      {minimal + "[[tenant.service]]\nname = \"CONSULTATION\"\ncalendar_id = \"x\"\n",
       ":11: [[tenant.service]] name is used twice: callers could not tell the two apart"},
      {minimal + minimal, ":11: [[tenant]] id \"one\" is used twice: each tenant needs its own"},
      {minimal + "[tenant.limits]\nvoice_deadline_ms = 19000\n",
       ":11: [tenant.limits] voice_deadline_ms must be from 500 to 15000, not 19000"},
      {minimal + "[tenant.limits]\nsearch_day = 3\n",
       ":11: unknown key \"search_day\" in [tenant.limits]; did you mean \"search_days\"?"},
      {minimal + "[tenant.limits]\nlate_arrival_window_ms = 5000\n",
       ":11: [tenant.limits] late_arrival_window_ms must not be shorter than create_timeout_ms: a create that is still "
       "under way would be taken for one that never arrived"},
      {minimal + "[tenant.limits]\nbase_ms = 3000\n", ":10: [tenant.limits] cap_ms must not be smaller than base_ms"},
      {"a = [1\n", ":2: this is not TOML: "},
  };
  for (const auto& [text, sentence] : cases) {
    if (sentence.ends_with("TOML: ")) {
      EXPECT_THAT(only_problem(text), HasSubstr("this is not TOML: "));
    } else {
      EXPECT_EQ(only_problem(text), sentence) << text;
    }
  }
}

// `minimal` with one of its tenant's lines replaced.
std::string with(const std::string& line, const std::string& replacement) {
  std::string text = minimal;
  const auto at = text.find(line + "\n");
  EXPECT_NE(at, std::string::npos);
  return text.replace(at, line.size() + 1, replacement);
}

TEST(Config, EachMistakeOfATenantHasItsSentence) {
  const std::string id = "id = \"one\"";
  const std::string token = "ghl_token_env = \"TOKEN\"";
  const std::string secret = "vapi_secret_env = \"SECRET\"";
  const std::string zone = "timezone = \"America/New_York\"";
  EXPECT_EQ(only_problem(with(id, "")), ":1: [[tenant]] needs id: it names the tenant in the URL /vapi/{id}");
  EXPECT_EQ(only_problem(with(id, "id = \"\"\n")),
            ":2: [[tenant]] id must not be empty: it names the tenant in the URL /vapi/{id}");
  EXPECT_EQ(only_problem(with(id, "id = \"a/b\"\n")),
            ":2: [[tenant]] id must be 1 to 64 of a-z, 0-9, - and _: it is part of a URL");
  EXPECT_EQ(only_problem(with("location_id = \"loc\"", "")),
            ":1: [[tenant]] needs location_id: the id of the GHL sub-account");
  EXPECT_EQ(only_problem(with(zone, "")), ":1: [[tenant]] needs timezone: an IANA name such as \"America/New_York\"");
  EXPECT_EQ(only_problem(with(zone, "timezone = \"Mars/Base\"\n")),
            ":4: [[tenant]] timezone is no time zone: \"Mars/Base\"; write an IANA name such as \"America/New_York\"");
  EXPECT_EQ(only_problem(with(zone, zone + "\nregion = \"usa\"\n")),
            ":5: [[tenant]] region must be a country in two capital letters, such as \"US\"");
  EXPECT_EQ(only_problem(with(token, "")),
            ":1: [[tenant]] needs ghl_token_env or ghl_token_file: the Private Integration Token of the location");
  EXPECT_EQ(only_problem(with(token, "ghl_token_env = \"MISSING\"\n")),
            ":5: [[tenant]] ghl_token_env names the environment variable MISSING, which is not set");
  EXPECT_EQ(only_problem(with(token, "ghl_token_env = \"EMPTY\"\n")),
            ":5: [[tenant]] ghl_token_env leads to an empty secret");
  EXPECT_EQ(only_problem(with(token, "ghl_token_env = \"SPACED\"\n")),
            ":5: [[tenant]] ghl_token_env leads to a secret with spaces, control or non-ASCII characters");
  EXPECT_EQ(only_problem(with(token, "ghl_token_file = \"nowhere\"\n")),
            ":5: [[tenant]] ghl_token_file names the file etc/nowhere, which cannot be read");
  EXPECT_EQ(only_problem(with(token, token + "\nghl_token_file = \"token\"\n")),
            ":6: [[tenant]] ghl_token_file and ghl_token_env are both given: keep one");
  EXPECT_EQ(only_problem(with(secret, "")),
            ":1: [[tenant]] needs vapi_secret_env or vapi_secret_file: what Vapi presents with every request, else "
            "anybody could book");
  EXPECT_EQ(only_problem(with(secret, secret + "\nallow_unauthenticated = true\n")),
            ":7: [[tenant]] allow_unauthenticated and a vapi_secret contradict each other: keep one");
  EXPECT_EQ(only_problem(with(secret, "allow_unauthenticated = \"yes\"\n" + secret + "\n")),
            ":6: [[tenant]] allow_unauthenticated must be true or false, not a text");
  EXPECT_EQ(only_problem(with(secret, secret + "\ntrusted_parameters = \"caller\"\n")),
            ":7: [[tenant]] trusted_parameters must be a list of texts, such as [\"a\", \"b\"]");
  EXPECT_EQ(only_problem(with(secret, secret + "\ntrusted_parameters = [1]\n")),
            ":7: [[tenant]] trusted_parameters must be a list of texts, such as [\"a\", \"b\"]");
}

TEST(Config, ReviewsAreToldByATaskUnlessItIsSaidOtherwise) {
  using booking::ReviewAlert;
  EXPECT_THAT(parse(minimal)->tenants[0].tenant.review_alerts, ElementsAre(ReviewAlert::ghl_task));
  const auto account_of = [](const std::string& url) {
    const auto config = parse(minimal + "[tenant.review_alert]\nby = [\"webhook\", \"ghl_task\", \"webhook\"]\n" +
                              "webhook_url = \"" + url + "\"\nwebhook_secret_env = \"WEBHOOK\"\n");
    EXPECT_TRUE(config) << url << ::testing::PrintToString(config ? ConfigProblems{} : config.error());
    return config ? config->tenants[0] : TenantAccount{};
  };
  const TenantAccount account = account_of("https://Hooks.Example.com:8443/a/b?c=d");
  EXPECT_THAT(account.tenant.review_alerts, ElementsAre(ReviewAlert::webhook, ReviewAlert::ghl_task));
  ASSERT_TRUE(account.review_webhook);
  EXPECT_EQ(account.review_webhook->origin, "https://hooks.example.com:8443");
  EXPECT_EQ(account.review_webhook->target, "/a/b?c=d");
  EXPECT_EQ(account.review_webhook->key.reveal().size(), 24U);
  EXPECT_EQ(account_of("https://example.com").review_webhook->target, "/");
  EXPECT_EQ(account_of("https://example.com?c=d").review_webhook->target, "/?c=d");
  for (const char* local : {"http://127.0.0.1:9/x", "http://localhost/x", "http://[::1]:9/x"}) {
    EXPECT_EQ(account_of(local).review_webhook->target, "/x") << local;
  }
}

TEST(Config, EachMistakeOfReviewAlertsHasItsSentence) {
  const std::string by = "by = [\"webhook\"]\n";
  const std::string url = "webhook_url = \"https://example.com/x\"\n";
  const std::string secret = "webhook_secret_env = \"WEBHOOK\"\n";
  const auto problem = [](const std::string& lines) {
    return only_problem(minimal + "[tenant.review_alert]\n" + lines);
  };
  const std::string in = ":11: [tenant.review_alert] ";
  EXPECT_EQ(problem(by + url + secret), "(none)");
  EXPECT_EQ(problem("by = \"webhook\"\n"), in + "by must be a list of texts, such as [\"a\", \"b\"]");
  EXPECT_EQ(problem("by = []\n"), in + "by must name at least one way: else nobody is told of what waits for them");
  EXPECT_EQ(problem("by = [\"email\"]\n"), in + "by must hold \"ghl_task\", \"webhook\" or both, not \"email\"");
  EXPECT_EQ(problem(by + secret),
            ":10: [tenant.review_alert] needs webhook_url: where the webhook is sent to, such as "
            "\"https://host/path\"");
  EXPECT_EQ(problem(by + url),
            ":10: [tenant.review_alert] needs webhook_secret_env or webhook_secret_file: what the "
            "receiver checks the signature with");
  EXPECT_EQ(problem("webhook_url = \"http://example.com/x\"\n" + by + secret),
            in + "webhook_url must begin with https://: http:// is only for a receiver on this machine");
  EXPECT_EQ(problem("webhook_url = \"http://127.0.0.1.example.com/x\"\n" + by + secret),
            in + "webhook_url must begin with https://: http:// is only for a receiver on this machine");
  EXPECT_EQ(
      problem("webhook_url = \"example.com/x\"\n" + by + secret),
      in + "webhook_url is wrong: \"example.com/x\" is not an origin: it must begin with http:// or https://. Write "
           "http://host, https://host or https://host:port, with a path after it");
  EXPECT_THAT(problem("webhook_url = \"https://u:p@example.com/x\"\n" + by + secret), HasSubstr("a user name"));
  EXPECT_EQ(problem("webhook_url = \"https://example.com/x#y\"\n" + by + secret),
            in + "webhook_url must not hold '#', spaces, control or non-ASCII characters: percent-encode them");
  EXPECT_EQ(problem("webhook_secret_env = \"SECRET\"\n" + by + url),
            in + "webhook_secret_env must lead to whsec_ and 24 to 64 bytes in base64; make one with: echo "
                 "\"whsec_$(openssl rand -base64 32)\"");
  EXPECT_EQ(problem("webhook_secret_file = \"nowhere\"\n" + by + url),
            in + "webhook_secret_file names the file etc/nowhere, which cannot be read");
  EXPECT_THAT(problem("webhook_secret = \"whsec_x\"\n" + by + url + secret), HasSubstr("must not stand in this file"));
  EXPECT_EQ(problem(url), in + "webhook_url is not used: put \"webhook\" into by, or leave it out");
  EXPECT_EQ(problem(secret), in + "webhook_secret_env is not used: put \"webhook\" into by, or leave it out");
  EXPECT_THAT(problem("webhok_url = \"https://example.com/x\"\n"), HasSubstr("webhook_url"));
}

TEST(Config, ASecretInTheFileIsRefusedAndNotRepeated) {
  const auto config = parse(with("ghl_token_env = \"TOKEN\"", "ghl_token = \"pit-literal\"\nvapi_secret = \"hush\"\n"));
  ASSERT_FALSE(config);
  const std::string all = ::testing::PrintToString(config.error());
  EXPECT_THAT(all, HasSubstr(":5: [[tenant]] ghl_token must not stand in this file, where backups and commits would "
                             "carry it on: name an environment variable with ghl_token_env or a file with "
                             "ghl_token_file"));
  EXPECT_THAT(all, HasSubstr(":6: [[tenant]] vapi_secret must not stand in this file"));
  EXPECT_THAT(all, Not(HasSubstr("pit-literal")));
  EXPECT_THAT(all, Not(HasSubstr("hush")));
}

TEST(Config, AllMistakesAreReportedAtOnceInOrder) {
  const auto config = parse(
      "[server]\nlisten = 1\nbogus = 2\n[[tenant]]\nid = \"x y\"\n[tenant.limits]\nsearch_days = 0\n[log]\nlevel = "
      "1\n");
  ASSERT_FALSE(config);
  std::vector<std::uint32_t> lines;
  for (const std::string& problem : config.error()) {
    lines.push_back(static_cast<std::uint32_t>(std::stoul(problem.substr(problem.find(':') + 1))));
  }
  EXPECT_THAT(lines, ElementsAre(2, 3, 4, 4, 4, 4, 4, 5, 7, 9));
}

// An operator who looks after the ledger has no secrets at hand; every other mistake is told to them, too.
TEST(Config, TheLedgersPathIsReadWithoutTheSecrets) {
  const std::string path = ::testing::TempDir() + "ledger_path_test.toml";
  const std::string text =
      "[ledger]\npath = \"/var/lib/holdfast/a.db\"\n[[tenant]]\nid = \"one\"\nlocation_id = \"loc\"\n"
      "timezone = \"UTC\"\nghl_token_env = \"HOLDFAST_TEST_NOT_SET\"\nvapi_secret_file = \"/nowhere/secret\"\n"
      "[[tenant.service]]\nname = \"A\"\ncalendar_id = \"cal\"\n"
      "[tenant.review_alert]\nby = [\"webhook\"]\nwebhook_url = \"https://example.com\"\n"
      "webhook_secret_file = \"/nowhere/webhook\"\n";
  std::ofstream(path) << text;
  EXPECT_FALSE(load_config(path));
  const auto ledger_path = load_ledger_path(path);
  ASSERT_TRUE(ledger_path) << ::testing::PrintToString(ledger_path.error());
  EXPECT_EQ(*ledger_path, "/var/lib/holdfast/a.db");
  std::ofstream(path) << text << "nonsense = 1\n";
  const auto wrong = load_ledger_path(path);
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().size(), 1u);
  EXPECT_FALSE(load_ledger_path("/nowhere/holdfast.toml"));
}

TEST(Config, AMissingFileSaysHowToMakeOne) {
  const auto config = load_config("/nowhere/holdfast.toml");
  ASSERT_FALSE(config);
  EXPECT_THAT(config.error().front(), HasSubstr("holdfastd --example-config > /nowhere/holdfast.toml"));
}

TEST(Listen, IsHostAndPort) {
  EXPECT_EQ(parse_listen("127.0.0.1:8080"), (std::pair<std::string, std::uint16_t>("127.0.0.1", 8080)));
  EXPECT_EQ(parse_listen("[::1]:0"), (std::pair<std::string, std::uint16_t>("::1", 0)));
  EXPECT_EQ(parse_listen("localhost:1"), (std::pair<std::string, std::uint16_t>("localhost", 1)));
  for (const std::string wrong : {"", ":", ":80", "a", "a:", "a:x", "a:70000", "a:-1", "::1:80", "[]:80"}) {
    EXPECT_FALSE(parse_listen(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace holdfast::daemon
