#include "text.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support.hpp"

using namespace cassmesh;
using namespace std::string_view_literals;

namespace {

using Table = std::vector<std::pair<std::string, std::string>>;

constexpr auto most = std::numeric_limits<std::int64_t>::max();

std::string or_fine(const std::optional<std::string>& problem) {
  return problem.value_or("fine");
}

}  // namespace

TEST_CASE("the closest name is the one that was meant") {
  constexpr std::array names{
      "replicas"sv,        "name"sv, "namespace"sv, "image"sv,     "heap"sv,
      "imagePullPolicy"sv, "env"sv,  "mesh"sv,      "resources"sv, "cluster"sv};
  const Table table{
      {"replcas", "replicas"},      // one left out
      {"relpicas", "replicas"},     // two swapped
      {"REPLICAS", "replicas"},     // case does not count
      {"replica", "replicas"},      // the beginning of it
      {"nam", "name"},              // the nearest of two that begin like it
      {"namespaces", "namespace"},  // it is the beginning
      {"imagePullPol", "imagePullPolicy"},
      {"imagepullpolicies", "imagePullPolicy"},
      {"emv", "env"},
      {"ring", ""},
      {"x", ""},
      {"", ""},
      {std::string(1'000'000, 'n'), ""},
  };
  for (const auto& [word, meant] : table) {
    CAPTURE(word.substr(0, 20));
    CHECK(closest(word, names) == meant);
  }
}

TEST_CASE("of two names that are equally near the first is taken") {
  constexpr std::array names{"cat"sv, "car"sv};
  CHECK(closest("cas", names) == "cat");
  CHECK(closest("cas", {}).empty());
}

TEST_CASE("a DNS label has small letters, digits and dashes") {
  const Table table{
      {"cassandra", "fine"},
      {"9-a", "fine"},
      {std::string(63, 'a'), "fine"},
      {std::string(70, 'a'), "is longer than 63 characters (70)"},
      {"", "is empty"},
      {"Cassandra", "has a capital letter 'C' at position 1"},
      {"my_ring", "has '_' at position 3, allowed are a-z, 0-9 and '-'"},
      {"ring\u00e9", "has '\u00e9' at position 5, allowed are a-z, 0-9 and '-'"},
      {"a.b", "has '.' at position 2, allowed are a-z, 0-9 and '-'"},
      {"-a", "starts with '-'"},
      {"a-", "ends with '-'"},
  };
  for (const auto& [name, problem] : table) {
    CAPTURE(name);
    CHECK(or_fine(dns_label_problem(name)) == problem);
  }
  CHECK(or_fine(dns_1035_label_problem("a9")) == "fine");
  CHECK(or_fine(dns_1035_label_problem("9a")) == "starts with '9', not a letter");
  CHECK(or_fine(dns_1035_label_problem("a-")) == "ends with '-'");
}

TEST_CASE("a DNS subdomain is made of labels with dots between them") {
  const Table table{
      {"cassandra.example.org", "fine"},
      {std::string(100, 'a') + '.' + std::string(152, 'b'), "fine"},
      {std::string(254, 'a'), "is longer than 253 characters (254)"},
      {"", "is empty"},
      {"a..b", "has an empty part at position 3"},
      {".a", "has an empty part at position 1"},
      {"a.", "has an empty part at position 3"},
      {"a.-b", "starts with '-'"},
      {"a.bC", "has a capital letter 'C' at position 4"},
      {"a b", "has ' ' at position 2, allowed are a-z, 0-9, '-' and '.'"},
  };
  for (const auto& [name, problem] : table) {
    CAPTURE(name);
    CHECK(or_fine(dns_subdomain_problem(name)) == problem);
  }
}

TEST_CASE("a label has a key with an optional prefix, and a value that may be empty") {
  const Table keys{
      {"app", "fine"},
      {"App_1.x", "fine"},
      {"app.kubernetes.io/name", "fine"},
      {"", "is empty"},
      {"-app", "starts with '-'"},
      {"a/b/c", "has more than one '/'"},
      {"/app", "has a prefix that is empty"},
      {"app/", "has a name that is empty"},
      {"Example.org/app", "has a prefix that has a capital letter 'E' at position 1"},
      {"a/b c", "has ' ' at position 4, allowed are a-z, A-Z, 0-9, '-', '_' and '.'"},
      {"a/" + std::string(64, 'b'), "has a name that is longer than 63 characters (64)"},
  };
  for (const auto& [key, problem] : keys) {
    CAPTURE(key);
    CHECK(or_fine(label_key_problem(key)) == problem);
  }
  const Table values{
      {"", "fine"},
      {"DC1-K8Demo", "fine"},
      {"v1.2_3", "fine"},
      {"a.", "ends with '.'"},
      {"a/b", "has '/' at position 2, allowed are a-z, A-Z, 0-9, '-', '_' and '.'"},
      {std::string(64, 'b'), "is longer than 63 characters (64)"},
  };
  for (const auto& [value, problem] : values) {
    CAPTURE(value);
    CHECK(or_fine(label_value_problem(value)) == problem);
  }
}

TEST_CASE("a quantity is read as Kubernetes reads it") {
  const std::vector<std::pair<std::string, std::optional<Quantity>>> table{
      {"0", Quantity{0, 0}},
      {"5", Quantity{5, 0}},
      {"+1", Quantity{1, 0}},
      {"0.5", Quantity{0, 500'000'000}},
      {".5", Quantity{0, 500'000'000}},
      {"5.", Quantity{5, 0}},
      {"007", Quantity{7, 0}},
      {"500m", Quantity{0, 500'000'000}},
      {"1500m", Quantity{1, 500'000'000}},
      {"3u", Quantity{0, 3'000}},
      {"7n", Quantity{0, 7}},
      {"2k", Quantity{2'000, 0}},
      {"1Ki", Quantity{1'024, 0}},
      {"1Mi", Quantity{1 << 20, 0}},
      {"1Gi", Quantity{1 << 30, 0}},
      {"1.5Gi", Quantity{3 << 29, 0}},
      {"0.1Ki", Quantity{102, 400'000'000}},
      {"1G", Quantity{1'000'000'000, 0}},
      {"1T", Quantity{1'000'000'000'000, 0}},
      {"1P", Quantity{1'000'000'000'000'000, 0}},
      {"1E", Quantity{1'000'000'000'000'000'000, 0}},
      {"1Ei", Quantity{std::int64_t{1} << 60, 0}},
      {"1e3", Quantity{1'000, 0}},
      {"1E3", Quantity{1'000, 0}},
      {"1e+3", Quantity{1'000, 0}},
      {"12.5e-1", Quantity{1, 250'000'000}},
      {"-1", Quantity{-1, 0}},
      {"-0.5", Quantity{-1, 500'000'000}},
      {"0.1n", Quantity{0, 1}},                    // rounded away from zero
      {"1e-2000000000", Quantity{0, 1}},           //
      {"0.9999999999", Quantity{1, 0}},            //
      {"-0.1n", Quantity{-1, 999'999'999}},        //
      {"9223372036854775807", Quantity{most, 0}},  //
      {"9223372036854775806.5", Quantity{most - 1, 500'000'000}},
      {"9223372036854775808", Quantity{most, 0}},  // cut
      {"1e99", Quantity{most, 0}},                 //
      {"-100E", Quantity{-most, 0}},               //
      {"0e99", Quantity{0, 0}},
      {"", std::nullopt},
      {".", std::nullopt},
      {"+", std::nullopt},
      {"Gi", std::nullopt},
      {"1.2.3", std::nullopt},
      {"1 Gi", std::nullopt},
      {" 1", std::nullopt},
      {"1GB", std::nullopt},
      {"1gi", std::nullopt},
      {"1K", std::nullopt},
      {"1ki", std::nullopt},
      {"1e", std::nullopt},
      {"1e1.5", std::nullopt},
      {"1e+-3", std::nullopt},
      {"1e3Ki", std::nullopt},
      {"1e99999999999", std::nullopt},
      {"0x10", std::nullopt},
      {"--1", std::nullopt},
  };
  for (const auto& [text, amount] : table) {
    CAPTURE(text);
    CHECK((quantity(text) == amount));
  }
}

TEST_CASE("quantities compare across suffixes") {
  CHECK((quantity("1100m") == quantity("1.1")));
  CHECK((quantity("1G") < quantity("1Gi")));
  CHECK((quantity("-2") < quantity("-1.5")));
  CHECK((quantity("1024Mi") == quantity("1Gi")));
}

TEST_CASE("a heap size is read as the JVM reads it") {
  const std::vector<std::pair<std::string, std::optional<std::int64_t>>> table{
      {"512M", 512 << 20},
      {"100m", 100 << 20},
      {"8G", std::int64_t{8} << 30},
      {"1024k", 1 << 20},
      {"1T", std::int64_t{1} << 40},
      {"1048576", 1 << 20},
      {"8388607T", std::int64_t{8'388'607} << 40},
      {"8388608T", std::nullopt},
      {"9223372036854775808", std::nullopt},
      {"", std::nullopt},
      {"G", std::nullopt},
      {"-1G", std::nullopt},
      {"1.5G", std::nullopt},
      {"1Gi", std::nullopt},
      {"1GB", std::nullopt},
      {"1 G", std::nullopt},
  };
  for (const auto& [text, bytes] : table) {
    CAPTURE(text);
    CHECK((jvm_bytes(text) == bytes));
  }
}

TEST_CASE("a bool is read as Go reads it") {
  for (const auto* yes : {"1", "t", "T", "true", "TRUE", "True"}) CHECK((go_bool(yes) == true));
  for (const auto* no : {"0", "f", "F", "false", "FALSE", "False"}) CHECK((go_bool(no) == false));
  for (const auto* neither : {"", "yes", "on", "tRUE", " true", "2"}) CHECK(!go_bool(neither));
}

TEST_CASE("a text takes as many columns as a terminal gives it") {
  CHECK(display_width("cassandra"sv) == 9);
  CHECK(display_width("Z\u00fcrich"sv) == 6);
  CHECK(display_width("e\u0301"sv) == 1);
  CHECK(display_width("\u65e5\u672c"sv) == 4);
  CHECK(display_width("\uff21"sv) == 2);
  CHECK(display_width("\U0001F600"sv) == 2);
  CHECK(display_width("\U0001F468\u200d\U0001F469"sv) == 4);
  CHECK(display_width("a\xff"sv) == 2);
  CHECK(display_width(""sv) == 0);
}

TEST_CASE("UTF-8 is what the standard says") {
  CHECK(valid_utf8("a\u00e9\u65e5\U0001F600"));
  CHECK(valid_utf8("\xf4\x8f\xbf\xbf"));
  const std::vector<std::string> broken{
      "\x80",              // a continuation without a start
      "\xc3",              // cut short
      "\xc3(",             // not continued
      "\xc0\xaf",          // longer than needed
      "\xe0\x80\xaf",      // longer than needed
      "\xf0\x80\x80\xaf",  // longer than needed
      "\xed\xa0\x80",      // a surrogate
      "\xf4\x90\x80\x80",  // past the last character
      "\xff",
  };
  for (const auto& text : broken) {
    CAPTURE(text.size());
    CHECK_FALSE(valid_utf8(text));
    CHECK(first_code_point(text).size == 1);
  }
}

TEST_CASE("a whole number is a whole text") {
  CHECK(whole_number("0") == 0);
  CHECK(whole_number("007") == 7);
  CHECK(whole_number("2147483647") == 2147483647);
  CHECK(whole_number("-3", -5) == -3);
  CHECK(whole_number("65535", 1, 65535) == 65535);
  for (const auto* text : {"", "-", "-1", "+1", " 1", "1 ", "9042abc", "0x10", "1e3", "2147483648"})
    CHECK_FALSE(whole_number(text));
  CHECK_FALSE(whole_number("0", 1));
  CHECK_FALSE(whole_number("65536", 1, 65535));
  CHECK(ordinal("0") == 0);
  CHECK(ordinal("10") == 10);
  CHECK_FALSE(ordinal("01"));
  CHECK_FALSE(ordinal(""));
}

TEST_CASE("a text is wrapped between words") {
  CHECK(wrapped("one two three", "# ", 9) == "# one two\n# three\n");
  CHECK(wrapped("one two three", "# ", 8) == "# one\n# two\n# three\n");
  CHECK(wrapped("one immeasurable two", "", 7) == "one\nimmeasurable\ntwo\n");
  CHECK(wrapped("", "#", 9) == "#\n");
}

TEST_CASE("trimming leaves what is between spaces") {
  CHECK(trim(" \ta b\t ") == "a b");
  CHECK(trim("  ").empty());
}
