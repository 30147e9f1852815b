// Catch2's main and nothing else: with Catch2 2 this file takes 15 s to compile.
#if __has_include(<catch2/catch_session.hpp>)  // Catch2 3

#include <catch2/catch_session.hpp>

int main(int argc, char* argv[]) {
  return Catch::Session().run(argc, argv);
}

#else

#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>

#endif
