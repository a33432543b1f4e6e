#include "mock_ghl/chaos/request_log.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace mock_ghl {

namespace {

int hex_value(std::string_view digits) {
  int value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  return error == std::errc() && end == digits.data() + digits.size() ? value : -1;
}

// Walks a body or a query once and copies it, with the values of secret names cut. A name may be a JSON member's or a
// form field's, and may be written with escapes ("client%5Fsecret", "client\u005fsecret").
class Redaction {
 public:
  Redaction(std::string_view text, Secrets which) : text_(text), which_(which) {
    const auto first = text.find_first_not_of(" \t\r\n");
    is_json_ = first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
  }

  // The copy; it ends at the first piece that goes beyond `bytes_max`.
  std::string run(std::size_t bytes_max) {
    while (at_ < text_.size() && out_.size() <= bytes_max) {
      const std::size_t begin = at_;
      const bool is_secret = read_word();
      if (at_ == begin) ++at_;  // no word
      out_ += text_.substr(begin, std::min(at_ - begin, bytes_max + 1));
      if (is_secret) cut_value();
    }
    return std::move(out_);
  }

 private:
  static constexpr std::size_t name_bytes_max = 16;

  // One letter of a word, escaped or not; '\0' when there is none.
  char read_letter() {
    const std::size_t length = text_[at_] == '%' ? 3 : text_.substr(at_).starts_with("\\u") ? 6 : 1;
    if (length > text_.size() - at_) return '\0';
    const std::size_t mark = length == 1 ? 0 : length == 3 ? 1 : 2;
    const int code =
        length == 1 ? static_cast<unsigned char>(text_[at_]) : hex_value(text_.substr(at_ + mark, length - mark));
    const bool is_word =
        (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z') || (code >= '0' && code <= '9') || code == '_';
    if (!is_word) return '\0';
    at_ += length;
    return static_cast<char>(code);
  }

  // Goes behind the word that begins here; true when it is a secret's name.
  bool read_word() {
    std::string word;
    while (at_ < text_.size()) {
      const char letter = read_letter();
      if (letter == '\0') break;
      if (word.size() <= name_bytes_max) word += letter;
    }
    static constexpr std::array<std::string_view, 6> names{"access_token", "refresh_token", "client_secret",
                                                           "accessToken",  "refreshToken",  "clientSecret"};
    return std::ranges::find(names, word) != names.end() || (which_ == Secrets::of_request && word == "code");
  }

  std::size_t skip_blanks(std::size_t at) const {
    return std::min(text_.find_first_not_of(" \t\r\n", at), text_.size());
  }

  // Where the value of a name that ends here begins; the end of the text when it has none.
  std::size_t value_begin() const {
    std::size_t at = at_;
    if (at < text_.size() && text_[at] == '=') return at + 1;
    if (at < text_.size() && text_[at] == '"') ++at;
    at = skip_blanks(at);
    return at < text_.size() && text_[at] == ':' ? skip_blanks(at + 1) : text_.size();
  }

  // Where a value ends that begins at `begin`, within quotes or not.
  std::size_t value_end(std::size_t begin, bool quoted) const {
    if (!quoted) return std::min(text_.find_first_of(is_json_ ? "\"&,}]\r\n" : "&\r\n", begin), text_.size());
    std::size_t end = begin;
    while (end < text_.size() && text_[end] != '"') end += text_[end] == '\\' ? 2 : 1;
    return std::min(end, text_.size());
  }

  // Copies up to the value, and what is left of the value.
  void cut_value() {
    std::size_t begin = value_begin();
    if (begin >= text_.size()) return;
    const bool quoted = text_[begin] == '"' && text_[begin - 1] != '=';  // in a form a quote is a letter like any other
    if (quoted) ++begin;
    const std::size_t end = value_end(begin, quoted);
    out_ += text_.substr(at_, begin - at_);
    out_ += redact_token(text_.substr(begin, end - begin));
    at_ = end;
  }

  std::string_view text_;
  Secrets which_;
  bool is_json_ = false;
  std::size_t at_ = 0;
  std::string out_;
};

// A body as it is kept.
std::string kept(std::string_view body, std::optional<Secrets> secrets, bool& cut) {
  // Redacted before it is cut: a secret that the cut goes through would not look like one.
  std::string text = secrets ? Redaction(body, *secrets).run(RequestLog::body_bytes_max)
                             : std::string(body.substr(0, RequestLog::body_bytes_max + 1));
  cut = text.size() > RequestLog::body_bytes_max;
  if (cut) text.resize(RequestLog::body_bytes_max);
  return text;
}

bool is_oauth_segment(std::string_view segment) {
  return std::ranges::equal(segment, std::string_view("oauth"), [](char have, char want) {
    return (have >= 'A' && have <= 'Z' ? have - 'A' + 'a' : have) == want;
  });
}

// True when the bodies may hold secrets: those of OAuth, however its path is written, and of what nobody serves, for
// that may be OAuth's path misspelt.
bool holds_secrets(std::string_view target, std::string_view operation) {
  if (operation == "unknown") return true;
  const std::string path = holdfast::net::parse_target(target.substr(0, target.find('?'))).path;
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t slash = std::min(path.find('/', at), path.size());
    if (is_oauth_segment(std::string_view(path).substr(at, slash - at))) return true;
    at = slash + 1;
  }
  return false;
}

// A target as it is kept. A token in a query is in the wrong place, and a secret all the same.
std::string kept_target(std::string_view target, bool secret) {
  const std::size_t query = std::min(target.find('?'), target.size());
  std::string text(target.substr(0, std::min(query, RequestLog::body_bytes_max)));
  text += redact_secrets(target.substr(query), secret ? Secrets::of_request : Secrets::of_response);
  text.resize(std::min(text.size(), RequestLog::body_bytes_max));
  return text;
}

}  // namespace

std::string redact_token(std::string_view token) {
  if (token.empty()) return {};
  return "…" + std::string(token.size() < 8 ? std::string_view() : token.substr(token.size() - 4));
}

std::string redact_secrets(std::string_view text, Secrets which) {
  return Redaction(text, which).run(text.size());
}

std::size_t RequestRecord::weight() const {
  std::size_t bytes = sizeof(RequestRecord) + method.size() + target.size() + operation.size() + version.size() +
                      token.size() + location_id.size() + request_body.size() + response_body.size();
  for (const std::string& deed : script) bytes += deed.size() + sizeof(deed);
  return bytes;
}

void RequestLog::set_capacity(std::size_t requests_max) {
  capacity_ = requests_max;
  if (capacity_ == 0) return clear();
  make_room();
}

void RequestLog::clear() {
  records_.clear();
  bytes_ = 0;
  dropped_ = 0;
}

void RequestLog::make_room() {
  // The youngest stays, however large it is.
  while (records_.size() > capacity_ || (bytes_ > bytes_max && records_.size() > 1)) {
    bytes_ -= records_.front().weight();
    records_.pop_front();
    ++dropped_;
  }
}

void RequestLog::begin(std::uint64_t number, holdfast::Instant at, const holdfast::net::HttpRequest& request,
                       std::string_view operation, const CallerView& caller, std::uint64_t faults) {
  if (!recording()) return;
  const bool secret = holds_secrets(request.target, operation);
  RequestRecord record{.number = number,
                       .at = at,
                       .method = request.method.substr(0, body_bytes_max),
                       .target = kept_target(request.target, secret),
                       .operation = std::string(operation),
                       .token = redact_token(caller.token),
                       .location_id = std::string(caller.location_id),
                       .secret = secret,
                       .sent_as_json = holdfast::net::is_json(request.headers),
                       .faults = faults};
  record.version = std::string(request.headers.find("Version").value_or("").substr(0, 64));
  record.request_body =
      kept(request.body, secret ? std::optional(Secrets::of_request) : std::nullopt, record.request_body_cut);
  bytes_ += record.weight();
  records_.push_back(std::move(record));
  make_room();
}

RequestRecord* RequestLog::find(std::uint64_t number) {
  const auto it = std::ranges::lower_bound(records_, number, {}, &RequestRecord::number);
  return it == records_.end() || it->number != number ? nullptr : &*it;
}

void RequestLog::withdraw(std::uint64_t number, std::uint64_t faults) {
  if (RequestRecord* record = find(number)) record->faults &= ~faults;
}

void RequestLog::note_deed(std::uint64_t number, std::string deed) {
  RequestRecord* record = find(number);
  if (record == nullptr) return;
  bytes_ -= record->weight();
  record->script.push_back(std::move(deed));
  bytes_ += record->weight();
}

void RequestLog::end(std::uint64_t number, const holdfast::net::HttpResponse& response, holdfast::Duration latency) {
  RequestRecord* record = find(number);
  if (record == nullptr) return;
  bytes_ -= record->weight();
  record->outcome = response.abandoned ? RequestRecord::Outcome::cut : RequestRecord::Outcome::answered;
  record->status = response.abandoned ? 0 : response.status;
  record->latency_ms = latency.count();
  if (!response.abandoned) {
    record->response_body = kept(response.body, record->secret ? std::optional(Secrets::of_response) : std::nullopt,
                                 record->response_body_cut);
  }
  bytes_ += record->weight();
  make_room();
}

}  // namespace mock_ghl
