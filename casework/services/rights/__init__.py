"""What people ask of their own data: the register, the package, correction, restriction."""
