using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Naru.SystemTests.Store.Redis;

/// <summary>Certificates made for one test, and their files (.pem, .key) in its folder.</summary>
internal static class Certificates
{
    public static X509Certificate2 Authority(TestFolder folder, string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
        folder.Write($"{name}.pem", certificate.ExportCertificatePem());
        return certificate;
    }

    /// <summary>For localhost.</summary>
    public static X509Certificate2 Signed(TestFolder folder, string name, X509Certificate2 authority)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using var signed = request.Create(authority, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1), RandomNumberGenerator.GetBytes(8));
        folder.Write($"{name}.pem", signed.ExportCertificatePem());
        folder.Write($"{name}.key", key.ExportPkcs8PrivateKeyPem());
        return X509Certificate2.CreateFromPem(File.ReadAllText(folder.File($"{name}.pem")), File.ReadAllText(folder.File($"{name}.key")));
    }
}
