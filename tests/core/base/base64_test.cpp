#include "core/base/base64.hpp"

#include <gtest/gtest.h>

#include "core/base/hmac.hpp"
#include "core/base/random.hpp"

namespace holdfast {
namespace {

TEST(Base64Url, EncodesAsTheRfcAndDecodesOnlyThat) {
  EXPECT_EQ(base64url_encode(""), "");
  EXPECT_EQ(base64url_encode("f"), "Zg");
  EXPECT_EQ(base64url_encode("fo"), "Zm8");
  EXPECT_EQ(base64url_encode("foo"), "Zm9v");
  EXPECT_EQ(base64url_encode("\xfb\xff"), "-_8");
  SplitMix64 random(3);
  for (int i = 0; i < 200; ++i) {
    std::string bytes(random.below(40), '\0');
    for (char& byte : bytes) byte = static_cast<char>(random.next());
    EXPECT_EQ(base64url_decode(base64url_encode(bytes)), bytes);
  }
  for (const char* wrong : {"Z", "Zh", "Zm9", "Zm9v=", "Zm+v", "Z g", " Zm9v", "Zm9v\n", "Zm9v====", "-_8="}) {
    EXPECT_FALSE(base64url_decode(wrong)) << wrong;
  }
}

TEST(Base64, EncodesAsTheRfcAndDecodesOnlyThat) {
  EXPECT_EQ(base64_encode("\xfb\xff"), "+/8=");
  EXPECT_EQ(base64_decode(""), "");
  SplitMix64 random(4);
  for (int i = 0; i < 200; ++i) {
    std::string bytes(random.below(40), '\0');
    for (char& byte : bytes) byte = static_cast<char>(random.next());
    EXPECT_EQ(base64_decode(base64_encode(bytes)), bytes);
  }
  for (const char* wrong : {"=", "Zg", "Zg=", "Zh==", "Zg===", "Zm-v", "Zm9v\n", " Zm9v", "Zm9v====", "====", "Z==="}) {
    EXPECT_FALSE(base64_decode(wrong)) << wrong;
  }
}

// RFC 4231 4.2 and 4.3.
TEST(Hmac, IsThatOfTheRfc) {
  EXPECT_EQ(base64_encode(hmac_sha256(std::string(20, '\x0b'), "Hi There")),
            "sDRMYdjbOFNcqK/OrwvxK4gdwgDJgz2nJuk3bC4yz/c=");
  EXPECT_EQ(base64_encode(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=");
}

}  // namespace
}  // namespace holdfast
