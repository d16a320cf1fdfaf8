import { QRCode } from 'antd';

/** Drawn dark on white in both themes: cameras expect it so. */
export default function CheckoutCode({ text }: { text: string }) {
  return <QRCode type="svg" value={text} size={200} color="#000000" bgColor="#ffffff" />;
}
