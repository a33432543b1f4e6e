// A twin whose webhooks arrive at receivers without sockets, which note what came and answer as told.
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "mock_ghl/admin/admin.hpp"
#include "tests/mock_ghl/rig.hpp"

namespace mock_ghl::tests {

// One POST that arrived.
struct Post {
  std::string origin;
  HttpRequest request;
  Instant machine_time;

  Json body() const {
    auto parsed = holdfast::parse_json(request.body);
    return parsed ? *parsed : Json("not JSON: " + request.body);
  }
  std::string type() const { return body()["type"]; }
  std::string header(std::string_view name) const {
    return std::string(request.headers.find(name).value_or("(absent)"));
  }
};

// What every receiver notes, and how it answers: the status, or 0 to let the exchange fail.
struct Receivers {
  std::vector<Post> posts;
  std::function<int(const Post&)> answer = [](const Post&) { return 200; };
  std::function<holdfast::net::Task<void>(const Post&)> before_answer;
};

class ReceiverTransport final : public holdfast::net::HttpTransport {
 public:
  ReceiverTransport(holdfast::net::Runtime runtime, Receivers& receivers, std::string origin)
      : runtime_(std::move(runtime)), receivers_(receivers), origin_(std::move(origin)) {}

  holdfast::net::Task<holdfast::net::TransportResult> send(HttpRequest request, Instant deadline) override {
    const Post post{.origin = origin_, .request = std::move(request), .machine_time = runtime_.now()};
    receivers_.posts.push_back(post);
    if (receivers_.before_answer) co_await receivers_.before_answer(post);
    const int status = receivers_.answer(post);
    if (status == 0) {
      co_await holdfast::net::sleep_for(runtime_.clock, deadline - runtime_.now());
      co_return std::unexpected(holdfast::net::TransportError{.message = "nobody answered"});
    }
    co_return HttpResponse::text(status, "");
  }

 private:
  holdfast::net::Runtime runtime_;
  Receivers& receivers_;
  std::string origin_;
};

inline webhooks::TransportFactory receiver_factory(const holdfast::net::Runtime& runtime, Receivers& receivers) {
  return [runtime,
          &receivers](const std::string& origin) -> holdfast::Result<std::unique_ptr<holdfast::net::HttpTransport>> {
    return std::make_unique<ReceiverTransport>(runtime, receivers, origin);
  };
}

// What the receivers need outlives the loop's tasks, so it is a base that comes first.
struct WebhookRig : private std::unique_ptr<Receivers>, Rig {
  explicit WebhookRig(std::uint64_t seed = 7, Fixture fixture = demo_fixture())
      : std::unique_ptr<Receivers>(std::make_unique<Receivers>()),
        Rig(std::move(fixture), monday_morning(), seed),
        hooks(**this),
        posts(hooks.posts) {
    twin.webhook_dispatcher().set_transport(receiver_factory(loop.runtime(), hooks));
  }

  HttpResponse ask(std::string method, std::string target, const Json& body = nullptr) {
    return handle_admin(twin, {.method = std::move(method),
                               .target = "/__mock/" + std::move(target),
                               .body = body.is_null() ? "" : holdfast::dump_json(body)});
  }
  // Subscribes and returns the id.
  std::string subscribe(Json options = Json::object()) {
    if (!options.contains("url")) options["url"] = "http://receiver.test/hook?x=1";
    const HttpResponse answer = ask("POST", "webhooks", options);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return answer.status == 200 ? json(answer)["id"].get<std::string>() : "";
  }
  // Lets the machine's time pass.
  void pass(std::int64_t ms) { loop.run_until(loop.runtime().now() + holdfast::milliseconds(ms)); }
  // Leaps ahead in the world's time, and lets what became due happen.
  void advance(std::int64_t ms) {
    EXPECT_EQ(ask("POST", "clock/advance", {{"ms", ms}}).status, 200);
    pass(1'000);
  }
  Json deliveries(const std::string& query = "") {
    return json(ask("GET", "webhooks/deliveries" + query))["deliveries"];
  }
  std::vector<std::string> types() const {
    std::vector<std::string> types;
    for (const Post& post : posts) types.push_back(post.type());
    return types;
  }
  std::string public_key(const std::string& kind) { return json(ask("GET", "webhooks/keys"))[kind]["publicKey"]; }

  Receivers& hooks;
  std::vector<Post>& posts;
};

// True when `signature` (base64) is the key's over `bytes`. RSA keys verify PKCS#1 v1.5 with SHA-256.
inline bool verifies(const std::string& public_pem, const std::string& signature, const std::string& bytes) {
  const std::unique_ptr<BIO, int (*)(BIO*)> bio(BIO_new_mem_buf(public_pem.data(), static_cast<int>(public_pem.size())),
                                                &BIO_free);
  const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key(PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr),
                                                           &EVP_PKEY_free);
  if (key == nullptr || signature.size() % 4 != 0 || signature.empty()) return false;
  std::string decoded(signature.size(), '\0');
  const int length =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(decoded.data()),
                      reinterpret_cast<const unsigned char*>(signature.data()), static_cast<int>(signature.size()));
  if (length < 0) return false;
  decoded.resize(static_cast<std::size_t>(length) - (signature.ends_with("==") ? 2 : signature.ends_with("=") ? 1 : 0));
  const bool ed25519 = EVP_PKEY_id(key.get()) == EVP_PKEY_ED25519;
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  return EVP_DigestVerifyInit(context.get(), nullptr, ed25519 ? nullptr : EVP_sha256(), nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(decoded.data()), decoded.size(),
                          reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()) == 1;
}

}  // namespace mock_ghl::tests
