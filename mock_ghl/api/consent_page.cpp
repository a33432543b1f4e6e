#include "mock_ghl/api/consent_page.hpp"

#include <array>

namespace mock_ghl::api {

using holdfast::net::HttpResponse;

namespace {

constexpr std::string_view style = R"css(
:root{color-scheme:light dark;--back:#f2f4f8;--card:#fff;--text:#101828;--soft:#5b6678;--line:#dfe4ec;--mark:#155eef;
--mark-soft:#eef4ff;--on-mark:#fff;--good:#067647;--good-soft:#e7f8ef;--bad:#b42318;--bad-soft:#fef1f0}
@media(prefers-color-scheme:dark){:root{--back:#0c111b;--card:#161d2a;--text:#eef1f6;--soft:#a3adbd;--line:#2b3546;
--mark:#6a9bff;--mark-soft:#1a2740;--on-mark:#0c111b;--good:#6ad7a0;--good-soft:#12301f;--bad:#ff9c92;--bad-soft:#3a1815}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--text);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:34rem;margin:0 auto;padding:clamp(1rem,5vw,3.5rem) 1rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:16px;padding:clamp(1.25rem,4vw,2rem);
box-shadow:0 8px 24px rgb(16 24 40/.06)}
header{display:flex;gap:1rem;align-items:center;margin-bottom:1.5rem}
.badge{flex:none;width:3.25rem;height:3.25rem;border-radius:12px;background:var(--mark);color:var(--on-mark);display:grid;
place-items:center;font-size:1.5rem;font-weight:600}
h1{font-size:1.25rem;line-height:1.35;margin:0;overflow-wrap:anywhere}
header p{margin:.15rem 0 0;color:var(--soft);font-size:.9rem;overflow-wrap:anywhere}
fieldset{border:0;margin:0 0 1.5rem;padding:0;min-width:0}
legend,h2{font-size:.8rem;font-weight:600;letter-spacing:.04em;text-transform:uppercase;color:var(--soft);margin:0 0 .6rem;
padding:0}
.choices{display:grid;gap:.5rem}
.choice{display:flex;gap:.8rem;align-items:center;border:1px solid var(--line);border-radius:10px;padding:.7rem .9rem;
cursor:pointer}
.choice:hover{border-color:var(--mark)}
.choice:has(:checked){border-color:var(--mark);background:var(--mark-soft)}
.choice:focus-within{outline:2px solid var(--mark);outline-offset:2px}
.choice input{flex:none;width:1.1rem;height:1.1rem;margin:0;accent-color:var(--mark)}
.choice span{display:block;overflow-wrap:anywhere}
.choice .grow{flex:1;min-width:0}
.name{font-weight:550}
.detail{color:var(--soft);font-size:.85rem}
.tag{flex:none;font-size:.75rem;font-weight:600;border-radius:99px;padding:.1rem .6rem;color:var(--good);
background:var(--good-soft)}
ul{list-style:none;margin:0;padding:0;border:1px solid var(--line);border-radius:10px;max-height:17rem;overflow:auto}
li{display:flex;flex-wrap:wrap;gap:0 .75rem;justify-content:space-between;padding:.4rem .9rem;font-size:.93rem}
li+li{border-top:1px solid var(--line)}
code{color:var(--soft);font:.8rem/1.75 ui-monospace,SFMono-Regular,Menlo,monospace;overflow-wrap:anywhere}
button{width:100%;font:inherit;font-weight:600;border:0;border-radius:10px;padding:.8rem;margin-top:1.5rem;cursor:pointer;
background:var(--mark);color:var(--on-mark)}
button:hover{filter:brightness(1.06)}
button:focus-visible{outline:3px solid var(--mark);outline-offset:2px}
.complaint{border-radius:10px;padding:.7rem .9rem;margin:0 0 1rem;color:var(--bad);background:var(--bad-soft);font-weight:550}
footer{margin-top:1rem;text-align:center;color:var(--soft);font-size:.8rem;overflow-wrap:anywhere}
.error h1{font:600 1.1rem/1.4 ui-monospace,SFMono-Regular,Menlo,monospace;color:var(--bad)}
.error p{margin:.5rem 0 0}
)css";

// What a scope means, in words: "calendars/events.write" is about appointments.
struct Meaning {
  std::string_view scope;
  std::string_view words;
};
constexpr std::array<Meaning, 21> meanings{{{"calendars", "calendars"},
                                            {"calendars/events", "appointments"},
                                            {"calendars/groups", "calendar groups"},
                                            {"calendars/resources", "rooms and equipment"},
                                            {"contacts", "contacts"},
                                            {"conversations", "conversations"},
                                            {"conversations/message", "messages"},
                                            {"conversations/livechat", "live chat"},
                                            {"opportunities", "opportunities"},
                                            {"locations", "location settings"},
                                            {"locations/tags", "tags"},
                                            {"locations/customFields", "custom fields"},
                                            {"locations/customValues", "custom values"},
                                            {"locations/tasks", "tasks"},
                                            {"locations/templates", "message templates"},
                                            {"users", "users"},
                                            {"workflows", "workflows"},
                                            {"businesses", "businesses"},
                                            {"forms", "forms"},
                                            {"invoices", "invoices"},
                                            {"oauth", "the app's installations"}}};

// "View contacts", "Edit contacts"; "" for a scope nobody described.
std::string in_words(std::string_view scope) {
  const auto dot = scope.rfind('.');
  if (dot == std::string_view::npos) return "";
  const std::string_view right = scope.substr(dot + 1);
  if (right != "readonly" && right != "write") return "";
  for (const Meaning& meaning : meanings) {
    if (meaning.scope != scope.substr(0, dot)) continue;
    return (right == "readonly" ? "View " : "Edit ") + std::string(meaning.words);
  }
  return "";
}

HttpResponse document(int status, std::string_view title, std::string_view main) {
  HttpResponse response;
  response.status = status;
  response.headers.set("Content-Type", "text/html; charset=utf-8");
  response.headers.set("Cache-Control", "no-store");
  response.headers.set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:");
  response.headers.set("X-Content-Type-Options", "nosniff");
  response.headers.set("X-Frame-Options", "DENY");
  // The empty icon spares a request that would be a 404.
  response.body =
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
      "<link rel=\"icon\" href=\"data:,\">\n<title>" +
      escape_html(title) + "</title>\n<style>" + std::string(style) + "</style>\n</head>\n<body>\n<main>\n" +
      std::string(main) +
      "<footer>mock-ghl, a stand-in for GoHighLevel. No real account is touched.</footer>\n"
      "</main>\n</body>\n</html>\n";
  return response;
}

std::string choice_of(const ConsentChoice& choice, bool checked) {
  std::string html = "<label class=\"choice\"><input type=\"radio\" name=\"resource\" required value=\"" +
                     escape_html(choice.value) + "\"" + (checked ? " checked" : "") +
                     "><span class=\"grow\"><span class=\"name\">" + escape_html(choice.name) +
                     "</span><span class=\"detail\">" + escape_html(choice.detail) + "</span></span>";
  if (choice.installed) html += "<span class=\"tag\">Installed</span>";
  return html + "</label>\n";
}

// The first letter of a name as it can be shown; a name that does not begin with one has a dot.
std::string initial_of(std::string_view name) {
  if (name.empty()) return "·";
  const char first = name.front();
  if (first >= 'a' && first <= 'z') return std::string(1, static_cast<char>(first - 'a' + 'A'));
  const bool plain = (first >= 'A' && first <= 'Z') || (first >= '0' && first <= '9');
  return plain ? std::string(1, first) : "·";
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

HttpResponse consent_page(int status, const ConsentView& view) {
  std::string html = "<form class=\"card\" method=\"post\">\n<header><div class=\"badge\" aria-hidden=\"true\">" +
                     initial_of(view.app_name) + "</div><div><h1>Install " + escape_html(view.app_name) +
                     "</h1><p>It sends you back to " + escape_html(view.redirect_host) + "</p></div></header>\n";
  for (const auto& [name, value] : view.hidden) {
    html += "<input type=\"hidden\" name=\"" + escape_html(name) + "\" value=\"" + escape_html(value) + "\">\n";
  }
  if (!view.complaint.empty()) {
    html += "<p class=\"complaint\" role=\"alert\">" + escape_html(view.complaint) + "</p>\n";
  }
  html += "<fieldset><legend>Where</legend><div class=\"choices\">\n";
  for (const ConsentChoice& choice : view.choices) html += choice_of(choice, view.choices.size() == 1);
  html += "</div></fieldset>\n<h2>The app may</h2>\n<ul>\n";
  for (const std::string& scope : view.scopes) {
    const std::string words = in_words(scope);
    html += "<li>" + (words.empty() ? "" : "<span>" + escape_html(words) + "</span>") + "<code>" + escape_html(scope) +
            "</code></li>\n";
  }
  html += "</ul>\n<button type=\"submit\">Allow and install</button>\n</form>\n";
  return document(status, "Install " + view.app_name, html);
}

HttpResponse consent_error_page(std::string_view code, std::string_view explanation) {
  return document(
      400, code,
      "<div class=\"card error\"><h1>" + escape_html(code) + "</h1><p>" + escape_html(explanation) + "</p></div>\n");
}

}  // namespace mock_ghl::api
